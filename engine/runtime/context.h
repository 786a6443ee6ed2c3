// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/gadgetjson.h"
#include "engine/runtime/coroutinestep.h"
#include "engine/runtime/previousevents.h"
#include "engine/runtime/restleaf.h"
#include "engine/runtime/stepleaf.h"
#include "engine/store/transaction.h"

#include <tuple>
#include <variant>

namespace Kintsugi {

/*! Awaits the commit of events; gives the instant of the last. */
class EmitLeaf final : public Leaf
{
public:
    EmitLeaf(Branch &branch, QList<NewEvent> events)
        : Leaf(branch, Interruptible::No)
        , m_events(std::move(events))
    {}
    Timestamp await_resume()
    {
        throwIfStopped();
        return m_at;
    }

private:
    [[nodiscard]] bool isReady() override;
    void begin() override;
    QList<NewEvent> m_events;
    Timestamp m_at;
};

/*! What a handler may ask for. Every answer comes after the commit that makes it durable.
 *
 *  Thread: engine; step bodies alone run elsewhere. It lives as long as the attempt (that of a
 * branch, as long as the branch), so a handler takes it by reference.
 */
class Context
{
public:
    explicit Context(Branch &branch)
        : m_branch(branch)
    {}
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;

    /*! Appends events to the log, all in one commit: gadgets that name their type by
     * Q_CLASSINFO("event", …). Awaiting gives the instant of the last. */
    template<typename... EventTs>
    [[nodiscard]] EmitLeaf emit(const EventTs &...events)
    {
        return EmitLeaf(
            m_branch,
            {checked({classInfo(EventTs::staticMetaObject, "event"), toJsonBytes(events)})...});
    }
    template<typename EventT>
    [[nodiscard]] EmitLeaf emit(const QList<EventT> &events)
    {
        QList<NewEvent> list;
        for (const EventT &event : events)
            list << checked({classInfo(EventT::staticMetaObject, "event"), toJsonBytes(event)});
        return EmitLeaf(m_branch, std::move(list));
    }

    /*! Runs \a body, a plain function of nothing or of a std::stop_token, on the pool, once: when
     * its result is committed it never runs again. A body that a crash interrupts runs again, so it
     * must bear that (at least once), and it may for a while overlap with its rerun: heed the
     * token. Its result is a gadget or what StepValue knows.
     *
     *  A \a body that is a coroutine, [] -> Coro<T>, runs in the engine's thread instead, like the
     * handler itself: for what only awaits, or is done at once; it costs no change of threads. With
     * steps of its own it takes a Context: [](Context &inner) -> Coro<T>. */
    template<typename Body>
    [[nodiscard]] auto step(const QString &name, Body body)
    {
        return step(name, StepOptions(), std::move(body));
    }
    template<typename Body>
    [[nodiscard]] auto step(const QString &name, const StepOptions &options, Body body);

    /*! Runs \a body, a function of a Transaction &, inside the store's own transaction: its rows
     * and its memo are committed together, so it is the one kind of step that runs exactly once.
     * Short work only: it holds up all other writes (EngineConfig::transactionLimit). */
    template<typename Body>
    [[nodiscard]] auto stepInTransaction(const QString &name, Body body);

    /*! Runs branches side by side and awaits them all: each body is a coroutine that takes the
     * Context of its branch. Gives a tuple of their results (std::monostate for void). When one
     * throws, the others still come to their end, so that what they do is not lost; then the first
     * failure, in the order of the bodies, is thrown. */
    template<CoroutineBody... Bodies>
    [[nodiscard]] auto all(Bodies... bodies);
    /*! The same for any number of branches of one kind. */
    template<typename T>
    [[nodiscard]] Coro<std::vector<T>> all(std::vector<std::function<Coro<T>(Context &)>> bodies);
    /*! Rests until a sibling branch opens the gate. */
    [[nodiscard]] Gate::Awaiter opened(Gate &gate) { return {m_branch, gate}; }

    /*! Sleeps for at least that long, or until a stop. A long sleep is durable, and costs no
     * memory: see SleepLeaf. */
    [[nodiscard]] SleepLeaf sleep(std::chrono::milliseconds delay) { return {m_branch, delay}; }
    /*! Sleeps until \a since + \a delay, for handlers that know from their log when they began to.
     */
    [[nodiscard]] SleepLeaf sleepSince(Timestamp since, std::chrono::milliseconds delay)
    {
        return {m_branch, since + delay, delay};
    }

    /*! Waits for a signal of that name, and takes it: each is given to one wait, in the order of
     * their coming. Gives its payload, or none when \a timeout is over first. */
    template<typename T = QJsonValue>
    [[nodiscard]] SignalLeaf<T>
    waitForSignal(const QString &name,
                  std::optional<std::chrono::milliseconds> timeout = std::nullopt)
    {
        return SignalLeaf<T>(m_branch, name, timeout);
    }

    // Memoised, so that a replay sees the same; they ride with the next commit, which comes before
    // any step's body begins.
    [[nodiscard]] Timestamp now();
    [[nodiscard]] double random(); //!< From 0 to 1, without 1.
    [[nodiscard]] QString uuid();

    /*! A line of the task's own words, for lists; shown after the next commit. At most 200
     * characters are kept. */
    void summary(const QString &text);

    [[nodiscard]] PreviousEvents previousEvents();
    [[nodiscard]] int attempt() const { return owner().task().attempt; } //!< From 1.
    /*! True in every attempt after the first, but not when a parked task wakes in the same. */
    [[nodiscard]] bool isRecovery() const { return attempt() > 1 && !owner().claim().isWake; }
    [[nodiscard]] Timestamp startedAt() const; //!< Of the first attempt.
    [[nodiscard]] bool stopRequested() const { return owner().isStopRequested(); }
    [[nodiscard]] bool isMemoised(const QString &step) const
    {
        return owner().memo().has(m_branch, step);
    }
    /*! In the order in which they began, those of all branches. */
    [[nodiscard]] QStringList memoisedSteps() const { return owner().memo().names(); }
    [[nodiscard]] const TaskId &taskId() const { return owner().task().id; }
    [[nodiscard]] const QByteArray &inputJson() const { return owner().task().input; } //!< Canonical.
    /*! A folder of this task's own, beside the store; made by whoever first writes to it. The same
     * in every attempt. */
    [[nodiscard]] QString folder() const;

private:
    static NewEvent checked(NewEvent event); //!< Throws TaskError for what a handler may not emit.
    [[nodiscard]] QByteArray memoised(const QString &name, const std::function<QByteArray()> &make);
    [[nodiscard]] Attempt &owner() const { return m_branch.attempt; }
    Branch &m_branch;
};

} // namespace Kintsugi

#include "engine/runtime/contextimpl.h"
