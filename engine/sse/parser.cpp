// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The event stream of the WHATWG HTML standard, read incrementally.
//
// Format. A stream is UTF-8, with one byte order mark allowed at its very start. It is a sequence
// of lines, each ended by CR LF, by LF or by CR. A line is one of
//
//     ""             a blank line: dispatch the event that was gathered
//     ":" anything   a comment
//     name ":" value a field; one space after the colon belongs to neither
//     name           a field with an empty value
//
// and the fields are data (append the value and a line feed to the data buffer), event (set the
// type buffer), id (set the id buffer, unless the value has a NUL), retry (set the reconnection
// time, if the value is digits and nothing else). Other names are ignored, and names are exact:
// "Data" and " data" are other names.
//
// Dispatch. The id buffer becomes the last event id, even when nothing else comes of it, and it is
// not reset: the next event has the same id unless it names its own. If the data buffer is empty,
// that is, if there was no data field at all, the type buffer is reset and nobody hears of it.
// Otherwise one trailing line feed is taken off the data, the message goes out, and data and type
// are reset. What has no blank line after it when the connection ends is lost by design: neither
// its data nor its id ever counted, so a reconnect asks for it again. That is the half of "exactly
// once" which the client owes; feed() has no end-of-stream call because there is nothing to do.
//
// Decoding. The standard decodes first and splits into lines afterwards. Here bytes are split first
// and each value is decoded alone. Both give the same: CR, LF, ":" and space are single bytes that
// never occur inside a longer sequence, and a decoder that meets one in the middle of a sequence
// gives U+FFFD for what it had and then the byte itself. So a sequence that is cut between two
// pieces needs no state of its own: its bytes wait in m_line with the rest of their line.
//
// Pieces. Three things outlive a piece: the start of a line without its end (m_line), whether the
// last byte was a CR, whose LF may still come and then means nothing (m_afterCarriageReturn), and
// whether the first line is still to come, which may have the byte order mark (m_firstLine). A CR
// ends its line at once, so an event is never held back until the byte after it arrives.
//
// Seed. The standard starts each connection with an empty id buffer. Then a blank line ahead of the
// first id (after "retry: 1000", after a comment) would forget where the last connection stood, and
// the next reconnect would replay everything. Browsers start from the last event id instead, and so
// does this parser when it is given one.
//
// Memory. A line is bounded before it is gathered and an event before it grows, so a stranger can
// make a parser hold lineBytes plus a few times eventBytes, whatever it sends.

#include "engine/sse/parser.h"

#include "engine/sse/utf8.h"

#include <algorithm>
#include <limits>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kByteOrderMark = "\xEF\xBB\xBF";
constexpr qint64 kLongestRetryMs = std::numeric_limits<int>::max(); // What a QTimer can wait.

} // namespace

SseParser::SseParser(QByteArray lastEventId, SseParserLimits limits)
    : m_limits(limits)
    , m_id(lastEventId)
    , m_lastEventId(std::move(lastEventId))
{}

Expected<void> SseParser::feed(QByteArrayView bytes)
{
    if (m_failed)
        return tooLarge();
    while (!bytes.isEmpty()) {
        if (std::exchange(m_afterCarriageReturn, false) && bytes.front() == '\n') {
            bytes = bytes.sliced(1);
            continue;
        }
        const auto end = std::ranges::find_if(bytes, [](char c) { return c == '\n' || c == '\r'; });
        const qsizetype length = end - bytes.begin();
        if (length > m_limits.lineBytes - m_line.size())
            return tooLarge();
        if (end == bytes.end()) {
            m_line += bytes;
            return {};
        }
        bool taken = false;
        if (m_line.isEmpty()) {
            taken = takeLine(bytes.first(length));
        } else {
            m_line += bytes.first(length);
            taken = takeLine(m_line);
            m_line.resize(0);
        }
        if (!taken)
            return tooLarge();
        m_afterCarriageReturn = *end == '\r';
        bytes = bytes.sliced(length + 1);
    }
    return {};
}

bool SseParser::takeLine(QByteArrayView line)
{
    if (std::exchange(m_firstLine, false) && line.startsWith(kByteOrderMark))
        line = line.sliced(kByteOrderMark.size());
    if (line.isEmpty()) {
        dispatch();
        return true;
    }
    const qsizetype colon = line.indexOf(':');
    if (colon == 0)
        return true;
    if (colon < 0)
        return takeField(line, {});
    QByteArrayView value = line.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    return takeField(line.first(colon), value);
}

bool SseParser::takeField(QByteArrayView name, QByteArrayView value)
{
    if (name == "data") {
        m_data += decodeUtf8(value);
        m_data += '\n';
    } else if (name == "event") {
        m_type = decodeUtf8(value);
    } else if (name == "id") {
        if (!value.contains('\0'))
            m_id = decodeUtf8(value);
    } else if (name == "retry") {
        takeRetry(value);
    }
    return m_data.size() + m_type.size() + m_id.size() <= m_limits.eventBytes;
}

void SseParser::takeRetry(QByteArrayView digits)
{
    if (digits.isEmpty()
        || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
        return;
    qint64 ms = 0;
    for (const char digit : digits)
        ms = std::min(kLongestRetryMs, ms * 10 + (digit - '0'));
    m_retry = std::chrono::milliseconds(ms);
}

void SseParser::dispatch()
{
    m_lastEventId = m_id;
    QByteArray type = std::exchange(m_type, {});
    if (m_data.isEmpty())
        return;
    m_data.chop(1);
    m_messages.append({m_lastEventId, type.isEmpty() ? "message"_ba : std::move(type),
                       std::exchange(m_data, {})});
}

Expected<void> SseParser::tooLarge()
{
    m_failed = true;
    m_line.clear();
    m_data.clear();
    return failure(ErrorCode::TooLarge,
                   u"the stream has a line or an event of more than %1 bytes"_s.arg(
                       std::min(m_limits.lineBytes, m_limits.eventBytes)));
}

} // namespace Kintsugi
