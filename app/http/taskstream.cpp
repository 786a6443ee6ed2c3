// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/taskstream.h"

#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcStream)

namespace Kintsugi {

using namespace Qt::StringLiterals;

TaskStream::TaskStream(const Exchange &exchange, Engine &engine, std::shared_ptr<TaskFeed> feed,
                       const Task &task, Seq lastSeq, const StreamSettings &settings)
    : SseStream(exchange, settings)
    , m_engine(engine)
    , m_feed(std::move(feed))
    , m_task(task.id)
    , m_taskName(task.name)
    , m_taskKey(task.key)
    , m_lastSeq(lastSeq)
{
    connect(m_feed.get(), &TaskFeed::grew, this, [this] {
        m_hasGrown = true;
        pump();
    });
}

HttpHeaders TaskStream::namesOf(const Task &task)
{
    return {{"X-Task-Id"_ba, task.id.bytes()}, {"X-Idempotency-Key"_ba, task.key.bytes()}};
}

QString TaskStream::name() const
{
    return u"task "_s + m_task.toString();
}

void TaskStream::begin(const Task &task)
{
    start(namesOf(task), encodeRetry(settings().retry));
}

StreamReport TaskStream::report() const
{
    StreamReport report = SseStream::report();
    report.task = m_task;
    report.taskName = m_taskName;
    report.taskKey = m_taskKey;
    report.lastId = m_lastSeq;
    return report;
}

bool TaskStream::writeNext()
{
    const auto frames = m_feed->after(m_lastSeq);
    if (!frames) {
        readBack();
        return false;
    }
    if (frames->count > 0)
        take(*frames);
    if (!frames->more && m_lastIsTerminal)
        confirmEnd();
    return frames->more;
}

void TaskStream::take(const Frames &frames)
{
    m_lastSeq = frames.upTo;
    m_lastIsTerminal = frames.endsTask;
    m_sentFrames += frames.count;
    m_sentBytes += frames.bytes.size();
    write(frames);
}

void TaskStream::readBack()
{
    setReading(true);
    m_hasGrown = false;
    whenDone(this, m_feed->readAfter(m_lastSeq), [this](const Expected<Frames> &frames) {
        setReading(false);
        if (!frames) {
            qCWarning(lcStream).noquote()
                << "a stream of" << name() << "ends:" << frames.error().message;
            close();
        } else if (frames->count > 0) {
            take(*frames);
            pump();
        } else if (m_hasGrown) {
            pump(); // What came during the reading may be newer than what was read.
        } else if (m_lastIsTerminal) {
            confirmEnd();
        }
    });
}

void TaskStream::confirmEnd()
{
    // A task that was taken up again has an older terminal event in the middle of its log: then the
    // stream goes on.
    setReading(true);
    m_hasGrown = false;
    whenDone(this, m_engine.task({m_feed->ref().user, m_task.bytes()}),
             [this](const Expected<Task> &task) {
                 setReading(false);
                 if (!task || (isTerminal(task->state) && task->lastSeq == m_lastSeq))
                     close();
                 else if (m_hasGrown || task->lastSeq > m_lastSeq)
                     pump();
             });
}

void TaskStream::measure()
{
    whenDone(this, m_engine.task({m_feed->ref().user, m_task.bytes()}),
             [this](const Expected<Task> &task) {
                 const qint64 perFrame = m_sentBytes / std::max<qint64>(1, m_sentFrames);
                 dropIfStalled(unsentBytes() + (task ? (task->lastSeq - m_lastSeq) * perFrame : 0));
             });
}

} // namespace Kintsugi
