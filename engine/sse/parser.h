// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QMetaType>

#include <chrono>
#include <optional>
#include <utility>

namespace Kintsugi {

/*! One dispatched event of a stream. All three are valid UTF-8, whatever came over the wire. */
struct SseMessage
{
    QByteArray id; //!< The last event id as of this event: it may come from an earlier one.
    QByteArray type; //!< "message" when the stream named none.
    QByteArray data;

    friend bool operator==(const SseMessage &, const SseMessage &) = default;
};

/*! What a stream may make its reader hold. */
struct SseParserLimits
{
    qsizetype lineBytes = 8 << 20; //!< One line as it came, its end not counted.
    qsizetype eventBytes = 8 << 20; //!< Data, type and id of one event, decoded.
};

/*! Reads a text/event-stream as it comes, in pieces of any size: see the head of parser.cpp.
 *
 *  One parser a connection; a reconnect takes a new one.
 */
class SseParser
{
public:
    /*! \a lastEventId is what the events have as their id until the stream names one. */
    explicit SseParser(QByteArray lastEventId = {}, SseParserLimits limits = {});

    /*! Takes the next bytes. TooLarge when a line or an event passes its limit: the messages before
     * it stand, nothing after it is read, every later call says the same. */
    [[nodiscard]] Expected<void> feed(QByteArrayView bytes);

    /*! The messages that were complete since the last call, in order. */
    [[nodiscard]] QList<SseMessage> takeMessages() { return std::exchange(m_messages, {}); }

    /*! What a reconnect asks for: the id as of the last blank line, so that an event that was cut
     * off does not count as seen. */
    [[nodiscard]] const QByteArray &lastEventId() const { return m_lastEventId; }

    /*! The last retry field, none when there was none; huge ones are cut to 24 days. */
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const { return m_retry; }

private:
    [[nodiscard]] bool takeLine(QByteArrayView line);
    [[nodiscard]] bool takeField(QByteArrayView name, QByteArrayView value);
    void takeRetry(QByteArrayView digits);
    void dispatch();
    [[nodiscard]] Expected<void> tooLarge();

    SseParserLimits m_limits;
    QByteArray m_line; //!< The start of a line whose end has not come.
    bool m_firstLine = true;
    bool m_afterCarriageReturn = false;
    bool m_failed = false;
    QByteArray m_data;
    QByteArray m_type;
    QByteArray m_id;
    QByteArray m_lastEventId;
    std::optional<std::chrono::milliseconds> m_retry;
    QList<SseMessage> m_messages;
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::SseMessage)
