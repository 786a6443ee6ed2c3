// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/taskfeed.h"

#include "engine/model/limits.h"
#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {

/* Less than anybody sees. So under load a stream writes many frames in one go: most of what a
 * reader costs is the call of the kernel. */
constexpr auto kPause = 20ms;
constexpr int kPage = 200; // Events that a reader far back gets at a time.

TaskFeed::Frame toFrame(const Event &event)
{
    return {event.seq, isTerminalEvent(event.type), encodeFrame(event)};
}

} // namespace

TaskFeed::TaskFeed(Engine &engine, TaskRef ref, const TaskId &id, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_ref(std::move(ref))
    , m_id(id)
    , m_gate(std::make_shared<WakeGate>())
    , m_subscription(engine.subscribe(id, this, [this] { tell(); }, m_gate))
{
    m_pause.setSingleShot(true);
    m_pause.setTimerType(Qt::PreciseTimer);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (m_gate->open())
            tell();
    });
}

void TaskFeed::tell()
{
    m_gate->close();
    m_pause.start();
    Q_EMIT grew();
}

std::optional<QList<TaskFeed::Frame>> TaskFeed::after(Seq after, qsizetype maxBytes)
{
    // The window follows the engine's own tail of the log, frame by frame.
    while (m_window.empty() || after >= m_window.back().seq) {
        const Seq last = m_window.empty() ? after : m_window.back().seq;
        const auto recent = m_engine.recentEvents(m_id, last, Limits::kEventsPage);
        if (!recent) {
            m_window.clear();
            return std::nullopt;
        }
        if (recent->isEmpty())
            break;
        for (const Event &event : *recent) {
            m_window.push_back(toFrame(event));
            if (qsizetype(m_window.size()) > Limits::kTailEvents)
                m_window.pop_front();
        }
    }
    QList<Frame> frames;
    if (m_window.empty() || after >= m_window.back().seq)
        return frames;
    if (after + 1 < m_window.front().seq)
        return std::nullopt;
    qsizetype bytes = 0;
    for (auto frame = m_window.begin() + (after + 1 - m_window.front().seq);
         frame != m_window.end() && bytes < maxBytes; ++frame) {
        frames << *frame;
        bytes += frame->bytes.size();
    }
    return frames;
}

QFuture<Expected<QList<TaskFeed::Frame>>> TaskFeed::readAfter(Seq after)
{
    return mapped(this, m_engine.events(m_ref, after, kPage),
                  [](const Expected<EventPage> &page) -> Expected<QList<Frame>> {
                      if (!page)
                          return std::unexpected(page.error());
                      QList<Frame> frames;
                      for (const Event &event : page->events)
                          frames << toFrame(event);
                      return frames;
                  });
}

} // namespace Kintsugi
