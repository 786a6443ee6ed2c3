// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/retrypolicy.h"
#include "engine/runtime/attempt.h"
#include "engine/runtime/stepvalue.h"

namespace Kintsugi {

/*! How a step is run. */
struct StepOptions
{
    RetryPolicy retry{}; //!< After failures that may be tried again; once by default.
    std::chrono::milliseconds
        timeout{}; //!< Of each try; 0: none. A body that is over time is asked
                   //!< to stop and counts as failed ("timeout", retryable).
    bool recordStart = false; //!< Commits each start before the body runs, so that the ledger of
                              //!< starts survives a crash.
};

/*! What a step gave, and where it came from. */
template<typename T>
struct StepOutcome
{
    T value;
    bool fromCache = false;
    std::chrono::milliseconds duration{}; //!< Of the run that computed it.
};

/*! The next try of a step that has failed: counted in \a runs, and the event that tells of it. None
 * when there is none. */
[[nodiscard]] std::optional<NewEvent> retryAfter(const TaskError &error, const RetryPolicy &policy,
                                                 const QString &step, StepRuns &runs,
                                                 Timestamp now);
[[nodiscard]] TaskError timedOut(const QString &step, std::chrono::milliseconds limit);

/*! The life of one step, whatever runs its body: asks for the memo, records starts, tries again,
 *  and commits the memo. The leaf that awaits it owns it.
 *
 *  Thread: engine.
 */
class StepLeafBase : public Leaf
{
public:
    StepLeafBase(Branch &branch, QString name, StepOptions options);
    ~StepLeafBase() override;

protected:
    /*! Begins the body's next try; bodyEnded() tells of its end. */
    virtual void runBody() = 0;
    virtual void dropBody() = 0; //!< Whatever it does, it is not heard any more.
    /*! The body has given \a json. */
    void bodyEnded(QByteArray json, Timestamp startedAt, Monotonic took);
    void bodyFailed(const TaskError &error, Timestamp startedAt, Monotonic took);
    /*! The memo; throws what the step has failed with, or Stopped. */
    [[nodiscard]] const StepRecord &finished();
    [[nodiscard]] bool isFromCache() const { return m_isFromCache; }
    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] const StepRecord &record() const { return m_record; }
    [[nodiscard]] bool isReady() override;

private:
    void begin() override;
    void tryNow();
    void armTimeout();

    QString m_name;
    StepOptions m_options;
    StepRecord m_record;
    StepRuns m_runs;
    bool m_isFromCache = false;
    Timers::Id m_timer; // Of the timeout, or of the rest before the next try.
    std::optional<TaskError> m_failure;
};

/*! A step whose body is a plain function, run on the pool. */
class PoolStepLeaf : public StepLeafBase
{
public:
    PoolStepLeaf(Branch &branch, QString name, StepOptions options,
                 std::function<QByteArray(std::stop_token)> body);
    ~PoolStepLeaf() override;

private:
    struct Run;
    void runBody() override;
    void dropBody() override;
    void poolEnded();

    std::function<QByteArray(std::stop_token)> m_body;
    std::shared_ptr<Run> m_run; // Shared with the pool function, which may outlive this.
};

/*! The same with its type. */
template<typename T>
class StepLeaf final : public PoolStepLeaf
{
public:
    using PoolStepLeaf::PoolStepLeaf;
    StepOutcome<T> await_resume() // May be ignored: many a step is there for what it does.
    {
        const StepRecord &record = finished();
        return {StepValue<T>::fromJson(record.result), isFromCache(), record.duration};
    }
};

/*! A step that runs inside the store's own transaction, on the writer's thread. */
class TransactionStepLeaf : public StepLeafBase
{
public:
    using Body = std::function<Expected<QByteArray>(Transaction &)>;
    TransactionStepLeaf(Branch &branch, QString name, Body body);

protected:
    [[nodiscard]] const StepRecord &committed();

private:
    void begin() override;
    void runBody() override {}
    void dropBody() override {}
    Body m_body;
    std::optional<StepRecord> m_done;
    std::optional<TaskError> m_refusal;
};

/*! The same with its type. */
template<typename T>
class TransactionLeaf final : public TransactionStepLeaf
{
public:
    using TransactionStepLeaf::TransactionStepLeaf;
    StepOutcome<T> await_resume()
    {
        const StepRecord &memo = committed();
        return {StepValue<T>::fromJson(memo.result), isFromCache(), memo.duration};
    }
};

} // namespace Kintsugi
