// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/httpreader.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kHeadBytes = 64 << 10;
constexpr qsizetype kChunkLineBytes = 4 << 10;
constexpr qsizetype kChunkDigits = 15; // So that the size fits into 64 bits.

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::unexpected<Error> malformed(const QString &what)
{
    return failure(ErrorCode::InvalidArgument, u"the answer is no HTTP: "_s + what);
}

/*! The one length that all Content-Length fields agree on. */
Expected<std::optional<quint64>> lengthOf(const SseHeaders &headers)
{
    std::optional<quint64> length;
    for (const auto &[name, value] : headers) {
        if (name.compare("content-length", Qt::CaseInsensitive) != 0)
            continue;
        bool ok = std::ranges::all_of(value, isDigit);
        const quint64 number = ok ? value.toULongLong(&ok) : 0;
        if (!ok || (length && *length != number))
            return malformed(u"bad Content-Length"_s);
        length = number;
    }
    return length;
}

/*! The transfer codings, in lower case: all fields of that name are one list, whose empty elements
 * do not count (RFC 9110, 5.3 and 5.6.1). */
QList<QByteArray> codingsOf(const SseHeaders &headers)
{
    QList<QByteArray> codings;
    for (const auto &[name, value] : headers) {
        if (name.compare("transfer-encoding", Qt::CaseInsensitive) == 0)
            codings += value.toLower().split(',');
    }
    for (QByteArray &coding : codings)
        coding = coding.trimmed();
    codings.removeAll(QByteArray());
    return codings;
}

} // namespace

QByteArray SseResponse::header(QByteArrayView name) const
{
    const auto found = std::ranges::find_if(headers, [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.end() ? QByteArray() : found->second;
}

Expected<void> HttpReader::feed(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && m_state != State::Done) {
        if (!readsLines()) {
            bytes = bytes.sliced(takeBytes(bytes));
            continue;
        }
        const qsizetype end = bytes.indexOf('\n');
        const QByteArrayView part = end < 0 ? bytes : bytes.first(end);
        m_lineBytes += part.size() + 1;
        if (m_lineBytes > (m_state == State::ChunkSize ? kChunkLineBytes : kHeadBytes))
            return failure(ErrorCode::TooLarge, u"the head of the answer is too large"_s);
        m_line += part;
        if (end < 0)
            return {};
        bytes = bytes.sliced(end + 1);
        const QByteArray line = std::exchange(m_line, {});
        const Expected<void> taken =
            takeLine(line.endsWith('\r') ? QByteArrayView(line).chopped(1) : line);
        if (!taken)
            return taken;
    }
    return {};
}

bool HttpReader::readsLines() const
{
    return m_state != State::UntilClose && m_state != State::Length && m_state != State::Chunk;
}

qsizetype HttpReader::takeBytes(QByteArrayView bytes)
{
    if (m_state == State::UntilClose) {
        m_body += bytes;
        return bytes.size();
    }
    const auto count = qsizetype(std::min<quint64>(m_left, quint64(bytes.size())));
    m_body += bytes.first(count);
    m_left -= quint64(count);
    if (m_left == 0)
        m_state = m_state == State::Chunk ? State::ChunkEnd : State::Done;
    return count;
}

Expected<void> HttpReader::takeLine(QByteArrayView line)
{
    switch (m_state) {
    case State::Status:
        return takeStatus(line);
    case State::Headers:
        return line.isEmpty() ? endHead() : takeHeader(line);
    case State::ChunkSize:
        return takeChunkSize(line);
    case State::ChunkEnd:
        if (!line.isEmpty())
            return malformed(u"a chunk is longer than it said"_s);
        m_state = State::ChunkSize;
        m_lineBytes = 0;
        return {};
    case State::Trailers:
        if (line.isEmpty())
            m_state = State::Done;
        return {};
    case State::UntilClose:
    case State::Length:
    case State::Chunk:
    case State::Done:
        break;
    }
    Q_UNREACHABLE();
}

Expected<void> HttpReader::takeStatus(QByteArrayView line)
{
    const bool wellFormed = line.size() >= 12 && line.startsWith("HTTP/1.") && isDigit(line[7])
        && line[8] == ' ' && std::ranges::all_of(line.sliced(9, 3), isDigit)
        && (line.size() == 12 || line[12] == ' ');
    if (!wellFormed)
        return malformed(u"bad status line"_s);
    m_answer.status = line.sliced(9, 3).toInt();
    m_state = State::Headers;
    return {};
}

Expected<void> HttpReader::takeHeader(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = colon > 0 ? line.first(colon) : QByteArrayView();
    if (name.isEmpty() || name.contains(' ') || name.contains('\t') || line.contains('\0'))
        return malformed(u"bad header"_s);
    m_answer.headers.append({name.toByteArray(), line.sliced(colon + 1).trimmed().toByteArray()});
    return {};
}

Expected<void> HttpReader::endHead()
{
    if (m_answer.status < 200) {
        if (m_answer.status == 101)
            return malformed(u"it switches protocols"_s);
        m_answer = {};
        m_state = State::Status;
        return {};
    }
    const Expected<std::optional<quint64>> length = lengthOf(m_answer.headers);
    if (!length)
        return std::unexpected(length.error());
    const QList<QByteArray> codings = codingsOf(m_answer.headers);
    m_lineBytes = 0;
    if (m_answer.status == 204 || m_answer.status == 304) {
        m_state = State::Done;
    } else if (!codings.isEmpty()) {
        if (codings != QList{"chunked"_ba})
            return malformed(u"unknown transfer coding"_s);
        m_state = State::ChunkSize;
    } else if (*length) {
        m_left = **length;
        m_state = m_left > 0 ? State::Length : State::Done;
    } else {
        m_state = State::UntilClose;
    }
    m_head = std::exchange(m_answer, {});
    return {};
}

Expected<void> HttpReader::takeChunkSize(QByteArrayView line)
{
    const qsizetype extension = line.indexOf(';');
    const QByteArrayView digits = (extension < 0 ? line : line.first(extension)).trimmed();
    bool ok = !digits.isEmpty() && digits.size() <= kChunkDigits
        && std::ranges::all_of(digits, [](char c) {
               return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
    m_left = ok ? digits.toULongLong(&ok, 16) : 0;
    if (!ok)
        return malformed(u"bad chunk size"_s);
    m_state = m_left > 0 ? State::Chunk : State::Trailers;
    m_lineBytes = 0;
    return {};
}

} // namespace Kintsugi
