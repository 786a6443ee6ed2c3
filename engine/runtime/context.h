// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/gadgetjson.h"
#include "engine/runtime/attempt.h"
#include "engine/runtime/coroutinestep.h"
#include "engine/runtime/stepvalue.h"
#include "engine/runtime/taskerror.h"

namespace Kintsugi {

/*! Awaits the commit of events. */
class EmitLeaf final : public Leaf
{
public:
    EmitLeaf(Attempt &attempt, QList<NewEvent> events)
        : Leaf(attempt, Interruptible::No)
        , m_events(std::move(events))
    {}
    void await_resume() { throwIfStopped(); }

private:
    void begin() override;
    QList<NewEvent> m_events;
};

class SleepLeaf final : public Leaf
{
public:
    SleepLeaf(Attempt &attempt, std::chrono::milliseconds delay)
        : Leaf(attempt, Interruptible::Yes)
        , m_delay(delay)
    {}
    ~SleepLeaf() override;
    void await_resume() { throwIfStopped(); }

private:
    [[nodiscard]] bool isReady() override { return m_delay.count() <= 0; }
    void begin() override;
    std::chrono::milliseconds m_delay;
    Timers::Id m_timer = 0;
};

/*! Awaits one page of the log as it was before this attempt. */
class PageLeaf final : public Leaf
{
public:
    PageLeaf(Attempt &attempt, Seq after)
        : Leaf(attempt, Interruptible::Yes)
        , m_after(after)
    {}
    ~PageLeaf() override;
    [[nodiscard]] QList<Event> await_resume();

private:
    void begin() override;
    void answered();
    Seq m_after;
    Timers::Id m_timer = 0; // Until the store is asked again.
    std::shared_ptr<Expected<QList<Event>>>
        m_answer; // Shared with the reader thread until it has answered.
};

/*! The events of the attempts before, page by page, so that a long log costs no memory. */
class PreviousEvents
{
public:
    explicit PreviousEvents(Attempt &attempt)
        : m_attempt(&attempt)
    {}
    /*! Up to 1,000 events more, in order; empty at the end. */
    [[nodiscard]] Coro<QList<Event>> nextPage();

private:
    Attempt *m_attempt;
    Seq m_after = 0;
    bool m_isAtEnd = false;
};

/*! Runs a step's body on the pool and commits its memo, or serves the memo that is there. */
class StepLeafBase : public Leaf
{
public:
    StepLeafBase(Attempt &attempt, QString name, std::function<QByteArray(std::stop_token)> body);
    ~StepLeafBase() override;

protected:
    [[nodiscard]] const StepRecord &finished();
    [[nodiscard]] bool isFromCache() const { return m_isFromCache; }

private:
    struct Run;
    [[nodiscard]] bool isReady() override;
    void begin() override;
    void bodyEnded();

    QString m_name;
    std::function<QByteArray(std::stop_token)> m_body;
    StepRecord m_record;
    bool m_isFromCache = false;
    std::shared_ptr<Run> m_run; // Shared with the pool function, which may outlive this.
    std::exception_ptr m_failure;
};

/*! What a step gave, and where it came from. */
template<typename T>
struct StepOutcome
{
    T value;
    bool fromCache = false;
    std::chrono::milliseconds duration{}; //!< Of the run that computed it.
};

template<typename T>
class StepLeaf final : public StepLeafBase
{
public:
    using StepLeafBase::StepLeafBase;
    StepOutcome<T> await_resume() // May be ignored: many a step is there for what it does.
    {
        const StepRecord &record = finished();
        return {StepValue<T>::fromJson(record.result), isFromCache(), record.duration};
    }
};

/*! What a handler may ask for. Every answer comes after the commit that makes it durable.
 *
 *  Thread: engine; step bodies alone run elsewhere. It lives as long as the attempt, so a handler
 * takes it by reference.
 */
class Context
{
public:
    explicit Context(Attempt &attempt)
        : m_attempt(attempt)
    {}
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;

    /*! Appends one event to the log: a gadget that names its type by Q_CLASSINFO("event", …). */
    template<typename EventT>
    [[nodiscard]] EmitLeaf emit(const EventT &event)
    {
        return EmitLeaf(
            m_attempt,
            {checked({classInfo(EventT::staticMetaObject, "event"), toJsonBytes(event)})});
    }

    /*! Runs \a body, a plain function of nothing or of a std::stop_token, on the pool, once: when
     * its result is committed it never runs again. A body that a crash interrupts runs again, so it
     * must bear that (at least once), and it may for a while overlap with its rerun: heed the
     * token. Its result is a gadget or what StepValue knows.
     *
     *  A \a body that is a coroutine, [] -> Coro<T>, runs in the engine's thread instead, like the
     * handler itself: for what only awaits, or is done at once; it costs no change of threads. */
    template<typename Body>
    [[nodiscard]] auto step(const QString &name, Body body)
    {
        if constexpr (CoroutineBody<Body>) {
            return coroutineStep(m_attempt, name, std::move(body));
        } else if constexpr (std::is_invocable_v<Body &, std::stop_token>) {
            using T = std::invoke_result_t<Body &, std::stop_token>;
            return StepLeaf<T>(m_attempt, name,
                               [body = std::move(body)](std::stop_token token) mutable {
                                   return StepValue<T>::toJson(body(std::move(token)));
                               });
        } else {
            using T = std::invoke_result_t<Body &>;
            return StepLeaf<T>(m_attempt, name,
                               [body = std::move(body)](const std::stop_token &) mutable {
                                   return StepValue<T>::toJson(body());
                               });
        }
    }

    /*! Sleeps for at least that long, or until a stop. */
    [[nodiscard]] SleepLeaf sleep(std::chrono::milliseconds delay) { return {m_attempt, delay}; }

    [[nodiscard]] PreviousEvents previousEvents() { return PreviousEvents(m_attempt); }
    [[nodiscard]] int attempt() const { return m_attempt.task().attempt; } //!< From 1.
    [[nodiscard]] bool isRecovery() const { return attempt() > 1; }
    [[nodiscard]] bool stopRequested() const { return m_attempt.isStopRequested(); }
    [[nodiscard]] bool isMemoised(const QString &step) const { return m_attempt.isMemoised(step); }
    [[nodiscard]] QStringList memoisedSteps() const
    {
        return m_attempt.memoisedNames();
    } //!< In the order they ran.
    [[nodiscard]] const TaskId &taskId() const { return m_attempt.task().id; }
    /*! A folder of this task's own, beside the store; made by whoever first writes to it. The same
     * in every attempt. */
    [[nodiscard]] QString folder() const;

private:
    static NewEvent checked(NewEvent event); //!< Throws TaskError for what a handler may not emit.
    Attempt &m_attempt;
};

} // namespace Kintsugi
