// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/writes.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace Kintsugi {

/*! One write on its way: applied inside the batch's transaction, answered after the commit. */
class CommitJob
{
public:
    CommitJob() = default;
    CommitJob(const CommitJob &) = delete;
    CommitJob &operator=(const CommitJob &) = delete;
    virtual ~CommitJob() = default;

    virtual void
    apply(WriteContext &context) = 0; //!< May run again when the batch could not be committed.
    virtual void fail(Error error) = 0; //!< Sets the answer instead of apply().
    virtual void answer() = 0; //!< In the engine's thread, after the commit.
    [[nodiscard]] virtual bool
    failsFast() const = 0; //!< Rather an error now than a wait for a store that is down.
    [[nodiscard]] virtual bool isAlone() const = 0; //!< Wants a transaction of its own.
};

template<typename Write>
class CommitJobOf final : public CommitJob
{
public:
    using Then = std::move_only_function<void(Expected<typename Write::Result>)>;

    CommitJobOf(Write write, Then then)
        : m_write(std::move(write))
        , m_then(std::move(then))
    {}
    void apply(WriteContext &context) override { m_answer.emplace(m_write.apply(context)); }
    void fail(Error error) override { m_answer.emplace(std::unexpected(std::move(error))); }
    void answer() override
    {
        if (m_then)
            m_then(std::move(*m_answer));
    }
    [[nodiscard]] bool failsFast() const override { return Write::failsFast; }
    [[nodiscard]] bool isAlone() const override
    {
        if constexpr (requires { Write::isAlone; })
            return Write::isAlone;
        return false;
    }

private:
    Write m_write;
    Then m_then;
    std::optional<Expected<typename Write::Result>> m_answer;
};

/*! What one transaction made true. */
struct CommittedBatch
{
    QList<Event> events; //!< In the order of their positions.
    QList<TaskId> changed; //!< Tasks that changed without an event.
    std::vector<std::unique_ptr<CommitJob>>
        jobs; //!< To be answered, in order, after the events were published.
    bool fromOthers = false; //!< Another process's commits, found by looking.
    QList<std::pair<TaskId, QString>> suspends; //!< Of ours, wished by others, with the reason.
};

using CommitJobs = std::vector<std::unique_ptr<CommitJob>>;

} // namespace Kintsugi
