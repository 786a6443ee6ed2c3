// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/requestbody.h"

#include "app/http/characters.h"

#include <algorithm>

namespace Kintsugi {

using namespace Characters;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxDigits = 64; //!< Leading zeros are allowed, but not for ever.

bool isText(char c)
{
    return c == '\t' || !isControl(c);
}

} // namespace

RequestBodyReader::RequestBodyReader(const RequestHead &head, RequestLimits limits)
    : m_limits(limits)
    , m_part(head.chunked ? Part::Size : Part::Length)
    , m_left(head.contentLength)
{
    if (!head.chunked && m_left == 0)
        m_state = State::Complete;
}

RequestBodyReader::State RequestBodyReader::feed(QByteArrayView bytes)
{
    while (m_state == State::Reading && !bytes.isEmpty()) {
        if (m_part == Part::Length || m_part == Part::Data) {
            takeData(bytes);
        } else {
            takeByte(bytes.front());
            bytes = bytes.sliced(1);
        }
    }
    if (m_state == State::Complete)
        m_surplus += bytes.size();
    return m_state;
}

void RequestBodyReader::takeData(QByteArrayView &bytes)
{
    const qsizetype taken = std::min<qsizetype>(bytes.size(), m_left);
    m_body.append(bytes.first(taken));
    bytes = bytes.sliced(taken);
    m_left -= taken;
    if (m_left > 0)
        return;
    if (m_part == Part::Length)
        m_state = State::Complete;
    else
        m_part = Part::AfterData;
}

/*! Every line of the framing ends in CR LF, and neither stands anywhere else in it. */
void RequestBodyReader::takeByte(char c)
{
    if (m_afterReturn != (c == '\n'))
        return refuse(400, u"A line of the chunked body does not end in CR LF."_s);
    m_afterReturn = c == '\r';
    if (m_afterReturn)
        return;
    if (m_part == Part::Trailer)
        return takeTrailer(c);
    if (m_part != Part::AfterData)
        return takeSizeLine(c);
    if (c != '\n')
        return refuse(400, u"A chunk is longer than its size."_s);
    m_part = Part::Size;
    m_digits = 0;
}

void RequestBodyReader::takeSizeLine(char c)
{
    if (c == '\n')
        return endSizeLine();
    const int digit = m_part == Part::Size ? hexValue(c) : -1;
    if (digit >= 0) {
        m_left = m_left * 16 + digit;
        if (m_left > m_limits.bodyBytes - m_body.size())
            return refuse(413, u"The body is longer than %1 bytes."_s.arg(m_limits.bodyBytes));
        if (++m_digits > kMaxDigits)
            refuse(400, u"A chunk's size has too many digits."_s);
        return;
    }
    if (++m_extras > m_limits.headerBytes)
        return refuse(400, u"The chunk extensions are too long."_s);
    if (m_digits > 0 && c == ';')
        m_part = Part::Extension;
    else if (m_digits > 0 && isBlank(c) && m_part != Part::Extension)
        m_part = Part::Blank;
    else if (m_part != Part::Extension || !isText(c))
        refuse(400, u"A chunk's size is not hexadecimal."_s);
}

void RequestBodyReader::endSizeLine()
{
    if (m_digits == 0 || m_part == Part::Blank)
        return refuse(400, u"A chunk's size is not hexadecimal."_s);
    m_part = m_left > 0 ? Part::Data : Part::Trailer;
}

void RequestBodyReader::takeTrailer(char c)
{
    if (c != '\n') {
        m_line.append(c);
        if (!isText(c))
            refuse(400, u"There is a control character in the trailers."_s);
        else if (++m_extras > m_limits.headerBytes)
            refuse(431, u"The trailers are longer than %1 bytes."_s.arg(m_limits.headerBytes));
        return;
    }
    if (m_line.isEmpty()) {
        m_state = State::Complete;
        return;
    }
    const auto trailer = parseHeaderLine(m_line);
    m_line.clear();
    if (!trailer)
        refuse(trailer.error().status, trailer.error().detail);
}

void RequestBodyReader::refuse(int status, QString detail)
{
    m_state = State::Refused;
    m_problem = {.status = status, .detail = std::move(detail)};
    m_body.clear();
}

} // namespace Kintsugi
