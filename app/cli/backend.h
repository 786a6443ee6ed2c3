// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/engine.h"

#include <QFuture>
#include <QObject>

namespace Kintsugi {

class Options;

/*! What a command wants of one task. */
struct Action
{
    enum class Verb { Nudge, Stop, Suspend, Resume, Retry, Signal, Fork, Crash };
    Verb verb = Verb::Nudge;
    QByteArray idOrKey;
    QString reason{}; //!< Of a stop or a suspend.
    QString fromStep{}; //!< Of a fork.
    QString signal{}; //!< Its name.
    QJsonValue payload = QJsonValue::Null; //!< Of a signal.
};

/*! What the commands work with: an engine of their own on the store, or a server far away.
 *
 *  Answers are the wire's JSON, so that both look the same. Thread: main.
 */
class Backend : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Backend)

public:
    using Answer = QFuture<Expected<QByteArray>>;

    Backend() = default;
    ~Backend() override = default;

    /*! As the options say. An engine drives only what it submits or nudges itself. */
    [[nodiscard]] static Expected<std::unique_ptr<Backend>> open(const Options &options);

    [[nodiscard]] virtual Answer submit(const SubmitRequest &request) = 0; //!< {"task","outcome"}
    /*! {"task","outcome"} of an action on a task that is there. */
    [[nodiscard]] virtual Answer act(const Action &action) = 0;
    [[nodiscard]] virtual QFuture<Expected<void>> remove(const QByteArray &idOrKey) = 0;
    [[nodiscard]] virtual Answer task(const QByteArray &idOrKey) = 0;
    /*! {"steps":[…],"runs":[…]}: the memo table, and what is known of the runs of the bodies. */
    [[nodiscard]] virtual Answer steps(const QByteArray &idOrKey) = 0;
    /*! {"events":[…],"nextAfter":…}: the log after \a after, at most Limits::kEventsPage of it. */
    [[nodiscard]] virtual Answer events(const QByteArray &idOrKey, Seq after) = 0;
    /*! One page: {"tasks":[…],"nextCursor":…} */
    [[nodiscard]] virtual Answer tasks(const TaskQuery &query) = 0;

    /*! Follows a task's log from its start: arrived() for each, then ended() once a terminal one
     * was the last. One at a time. */
    virtual void follow(const QByteArray &taskId) = 0;
    /*! Whether an answer may stay away for long. One of this process's own engine comes soon, and
     * must be awaited: what it claimed is suspended only when it is known. */
    [[nodiscard]] virtual bool isFarAway() const = 0;
    /*! Whether an action's task is now driven by this very process, or will be when its rest ends.
     */
    [[nodiscard]] virtual bool drives(const QByteArray &action) const = 0;
    /*! Suspends what this process drives, and commits. */
    [[nodiscard]] virtual QFuture<void> close() = 0;
    /*! After close(): arrived() for what it committed and nobody has heard of yet. */
    virtual void takeRest() {}

Q_SIGNALS:
    void arrived(const QByteArray &json); //!< The data object of contract §4.
    void ended();
    void failed(const Kintsugi::Error &error);
};

} // namespace Kintsugi
