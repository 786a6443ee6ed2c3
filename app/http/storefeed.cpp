// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/storefeed.h"

#include "engine/model/limits.h"
#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

#include <algorithm>

namespace Kintsugi {

namespace {

constexpr qsizetype kWindowFrames = 4 * Limits::kTailEvents; // Of all users.

QByteArray toFrame(const Event &event)
{
    return encodeFrame(QByteArray::number(event.position), event.type, toJson(event));
}

} // namespace

StoreFeed::StoreFeed(Engine &engine, Position from, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_from(from)
    , m_upTo(from)
    , m_pace([this] { read(); })
    , m_subscription(engine.subscribeAll(this, [this] { read(); }, m_pace.gate()))
{
    read();
}

void StoreFeed::read()
{
    if (m_isReading) { // A call that was on its way when the gate was closed.
        (void)m_pace.gate()->heard();
        return;
    }
    m_isReading = true;
    m_pace.close();
    whenDone(this, m_engine.eventsAfter({}, m_upTo, Limits::kEventsPage),
             [this](const Expected<EventStretch> &stretch) {
                 m_isReading = false;
                 if (!stretch) {
                     Q_EMIT failed(stretch.error());
                     return;
                 }
                 append(*stretch);
                 if (stretch->more)
                     (void)m_pace.gate()->heard();
                 m_pace.rest([&] {
                     if (!stretch->entries.isEmpty())
                         Q_EMIT grew();
                 });
             });
}

void StoreFeed::append(const EventStretch &stretch)
{
    for (const EventStretch::Entry &entry : stretch.entries) {
        m_window.push_back({entry.event.position, entry.user, toFrame(entry.event)});
        m_windowBytes += m_window.back().bytes.size();
    }
    m_upTo = stretch.upTo;
    m_piece.reset();
    while (qsizetype(m_window.size()) > kWindowFrames || m_windowBytes > kWindowBytes) {
        m_from = m_window.front().position;
        m_windowBytes -= m_window.front().bytes.size();
        m_window.pop_front();
    }
}

std::optional<Frames> StoreFeed::after(const UserId &user, Position after)
{
    if (after < m_from)
        return std::nullopt;
    if (m_piece && m_piece->after == after && m_piece->user == user)
        return m_piece->frames;
    Frames frames{.upTo = std::max(after, m_upTo)};
    for (auto frame = std::ranges::upper_bound(m_window, after, {}, &Frame::position);
         frame != m_window.end(); ++frame) {
        if (frame->user != user)
            continue;
        frames.bytes += frame->bytes;
        ++frames.count;
        if (frames.bytes.size() >= kPieceBytes) {
            frames.upTo = frame->position;
            frames.more = true;
            break;
        }
    }
    m_piece = {user, after, frames};
    return frames;
}

QFuture<Expected<Frames>> StoreFeed::readAfter(const UserId &user, Position after)
{
    return mapped(this, m_engine.eventsAfter(user, after, Limits::kEventsPage),
                  [](const Expected<EventStretch> &stretch) -> Expected<Frames> {
                      if (!stretch)
                          return std::unexpected(stretch.error());
                      Frames frames{.upTo = stretch->upTo, .more = stretch->more};
                      for (const EventStretch::Entry &entry : stretch->entries)
                          frames.bytes += toFrame(entry.event);
                      frames.count = stretch->entries.size();
                      return frames;
                  });
}

} // namespace Kintsugi
