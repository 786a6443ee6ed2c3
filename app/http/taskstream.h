// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/ssestream.h"
#include "app/http/taskfeed.h"

#include <memory>

namespace Kintsugi {

/*! One reader of one task's log. Ends when the log has ended. Thread: the server's. */
class TaskStream final : public SseStream
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskStream)

public:
    /*! \a lastSeq: the client has seen everything up to there. \a feed is shared by the streams of
     * one task. */
    TaskStream(const Exchange &exchange, Engine &engine, std::shared_ptr<TaskFeed> feed,
               const Task &task, Seq lastSeq, const StreamSettings &settings);
    ~TaskStream() override = default;

    /*! X-Task-Id and X-Idempotency-Key. */
    [[nodiscard]] static HttpHeaders namesOf(const Task &task);

    void begin(const Task &task);
    [[nodiscard]] StreamReport report() const override;

protected:
    [[nodiscard]] bool writeNext() override;
    void measure() override;
    [[nodiscard]] QString name() const override;

private:
    void take(const Frames &frames);
    void readBack();
    void confirmEnd();

    Engine &m_engine;
    std::shared_ptr<TaskFeed> m_feed; //!< Shared with the task's other streams.
    TaskId m_task;
    QByteArray m_taskName;
    IdempotencyKey m_taskKey;
    Seq m_lastSeq;
    bool m_hasGrown = false; //!< Since the reading began.
    bool m_lastIsTerminal = false;
    qint64 m_sentBytes = 0;
    qint64 m_sentFrames = 0;
};

} // namespace Kintsugi
