// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/actionrules.h"
#include "ui/models/eventmodel.h"
#include "ui/models/stepmodel.h"
#include "ui/models/taskfollower.h"
#include "ui/models/taskmodel.h"
#include "ui/models/wiremodel.h"
#include "ui/seenseqs.h"

class QSettings;

namespace Kintsugi {

/*! How much a message matters. */
enum class MessageKind { Info, Warning, Error };

/*! The work behind the window, without a widget: the models, the one selected task, and what the
 *  actions do to it.
 *
 *  Thread: main. Lives as long as the engine is open; the port outlives it.
 */
class Workbench final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Workbench)

public:
    Workbench(EnginePort &port, const Clock &clock, QSettings &settings, QObject *parent = nullptr);
    ~Workbench() override;

    [[nodiscard]] EnginePort &port() { return m_port; }
    [[nodiscard]] TaskModel &tasks() { return m_tasks; }
    [[nodiscard]] EventModel &events() { return m_events; }
    [[nodiscard]] WireModel &wire() { return m_wire; }
    [[nodiscard]] StepModel &steps() { return m_steps; }
    [[nodiscard]] const TaskFollower &follower() const { return m_follower; }

    void select(const TaskId &id); //!< The one selection; null for none.
    [[nodiscard]] const TaskId &selected() const { return m_follower.id(); }
    [[nodiscard]] const std::optional<Task> &task() const { return m_follower.task(); }
    /*! What the selected task's actions depend on; the window adds what it alone knows. */
    [[nodiscard]] ActionFacts facts() const;

    void submit(SubmitRequest request); //!< Selects the task that it gives.
    void runAgain(bool fresh); //!< The selected task's name and input once more.
    void stop(const QString &reason);
    void crash();
    void nudge();
    void reattach();
    void suspend();
    void resume();
    void retry();
    void fork(const QString &fromStep); //!< Selects the new task.
    void remove(); //!< Selects the one below it.

Q_SIGNALS:
    void taskStarted(const Kintsugi::Task &task); //!< A newly selected task was read.
    void taskChanged(const Kintsugi::Task &task);
    void eventsAppended(const QList<Kintsugi::Event> &events);
    void caughtUp();
    void selectionChanged(const Kintsugi::TaskId &id);
    void reattached(qint64 seen, int replayed);
    void message(Kintsugi::MessageKind kind, const QString &text);

private:
    void acted(ActionId action, const Expected<ActionResult> &result);
    void rememberSeen();
    void writeSeen();

    EnginePort &m_port;
    const Clock &m_clock;
    SeenSeqs m_seen;
    TaskModel m_tasks;
    EventModel m_events;
    WireModel m_wire;
    StepModel m_steps;
    TaskFollower m_follower;
    Seq m_seenSeq = 0; //!< Where this window's stream of the selected task stands.
    Timestamp m_taskReadAt{};
    QTimer m_remember; //!< The settings are a file: not written at every event.
};

} // namespace Kintsugi
