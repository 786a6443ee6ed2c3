// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/runtime/engine.h"

#include <QObject>
#include <QTimer>

#include <deque>

namespace Kintsugi {

/*! One task's newest frames, encoded once for all the streams that read it live.
 *
 *  Holds one subscription however many streams there are. Thread: the server's.
 */
class TaskFeed final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskFeed)

public:
    struct Frame
    {
        Seq seq = 0;
        bool isTerminal = false;
        QByteArray bytes;
    };

    TaskFeed(Engine &engine, TaskRef ref, const TaskId &id, QObject *parent = nullptr);
    ~TaskFeed() override = default;

    /*! The frames after \a after, up to about \a maxBytes; none when the store must be asked
     * (readBefore()). */
    [[nodiscard]] std::optional<QList<Frame>> after(Seq after, qsizetype maxBytes);
    /*! Frames from the store, for a reader that is further back than the window. */
    [[nodiscard]] QFuture<Expected<QList<Frame>>> readAfter(Seq after);
    [[nodiscard]] const TaskRef &ref() const { return m_ref; }

Q_SIGNALS:
    void grew();

private:
    void tell();

    Engine &m_engine;
    TaskRef m_ref;
    TaskId m_id;
    std::shared_ptr<WakeGate> m_gate; //!< Shared with the engine.
    Subscription m_subscription;
    std::deque<Frame> m_window; //!< Consecutive seqs.
    QTimer m_pause; //!< The gate is closed so long.
};

} // namespace Kintsugi
