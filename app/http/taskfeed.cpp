// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/taskfeed.h"

#include "engine/model/limits.h"
#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

namespace Kintsugi {

namespace {
constexpr int kPage = 200; // Events that a reader far back gets at a time, at most.
} // namespace

TaskFeed::TaskFeed(Engine &engine, TaskRef ref, const TaskId &id, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_ref(std::move(ref))
    , m_id(id)
    , m_pace([this] { tell(); })
    , m_subscription(engine.subscribe(id, this, [this] { tell(); }, m_pace.gate()))
{}

void TaskFeed::tell()
{
    m_pace.close();
    m_isBehind = true;
    m_pace.rest([this] { Q_EMIT grew(); });
}

/*! The window follows the engine's own tail of the log, frame by frame. */
bool TaskFeed::catchUp(Seq after)
{
    while (m_isBehind || m_window.empty()) {
        const Seq last = m_window.empty() ? after : m_window.back().seq;
        const auto recent = m_engine.recentEvents(m_id, last, Limits::kEventsPage);
        m_pieceAfter.reset();
        if (!recent) {
            m_window.clear();
            m_windowBytes = 0;
            return false;
        }
        for (const Event &event : *recent) {
            m_window.push_back({event.seq, isTerminalEvent(event.type), encodeFrame(event)});
            m_windowBytes += m_window.back().bytes.size();
            while (qsizetype(m_window.size()) > Limits::kTailEvents
                   || (m_windowBytes > kWindowBytes && m_window.size() > 1)) {
                m_windowBytes -= m_window.front().bytes.size();
                m_window.pop_front();
            }
        }
        m_isBehind = recent->size() == Limits::kEventsPage;
        if (recent->isEmpty())
            break;
    }
    return true;
}

void TaskFeed::append(Frames &frames, const Frame &frame)
{
    frames.bytes += frame.bytes;
    ++frames.count;
    frames.upTo = frame.seq;
    frames.endsTask = frame.isTerminal;
}

std::optional<Frames> TaskFeed::after(Seq after)
{
    if (!catchUp(after))
        return std::nullopt;
    if (m_window.empty() || after >= m_window.back().seq)
        return Frames{.upTo = after};
    if (after + 1 < m_window.front().seq)
        return std::nullopt;
    if (m_pieceAfter != after) {
        m_pieceAfter = after;
        m_piece = {};
        auto frame = m_window.begin() + (after + 1 - m_window.front().seq);
        for (; frame != m_window.end() && m_piece.bytes.size() < kPieceBytes; ++frame)
            append(m_piece, *frame);
        m_piece.more = frame != m_window.end();
    }
    return m_piece;
}

QFuture<Expected<Frames>> TaskFeed::readAfter(Seq after)
{
    return mapped(this, m_engine.events(m_ref, after, kPage, kPieceBytes),
                  [after](const Expected<EventPage> &page) -> Expected<Frames> {
                      if (!page)
                          return std::unexpected(page.error());
                      Frames frames{.upTo = after};
                      for (const Event &event : page->events)
                          append(frames,
                                 {event.seq, isTerminalEvent(event.type), encodeFrame(event)});
                      return frames;
                  });
}

} // namespace Kintsugi
