// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"

#include <chrono>

namespace Kintsugi {

/*! The bytes of one event on a stream: contract §4, the id is the event's seq.
 *
 *  Encoded once and shared by all who read the task. Whatever the event holds, the frame stays one
 * frame: see the other encodeFrame().
 */
[[nodiscard]] QByteArray encodeFrame(const Event &event);

/*! A frame of any three values; an \a id or \a type of which nothing is left gives no such
 * line.
 *
 *  A line break in \a data starts a new data line and arrives as a line feed. Line breaks and NUL
 * have no spelling in \a id and \a type and are left out.
 */
[[nodiscard]] QByteArray encodeFrame(QByteArrayView id, QByteArrayView type, QByteArrayView data);

/*! What a stream starts with: how long a reader waits before it connects again. */
[[nodiscard]] QByteArray encodeRetry(std::chrono::milliseconds delay);

/*! What keeps an idle stream alive; no reader sees an event in it. */
[[nodiscard]] QByteArray keepAliveComment();

} // namespace Kintsugi
