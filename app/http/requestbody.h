// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/requesthead.h"

namespace Kintsugi {

/*! Reads the body of a judged request: a known length, or chunks, whose framing it takes off.
 *
 *  Chunk extensions and trailers are read, bounded and forgotten. What follows the body is counted
 *  and left out.
 */
class RequestBodyReader
{
public:
    enum class State { Reading, Complete, Refused };

    explicit RequestBodyReader(const RequestHead &head, RequestLimits limits = {});

    State feed(QByteArrayView bytes);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QByteArray &body() const { return m_body; } //!< Whole when Complete.
    [[nodiscard]] qint64 surplus() const { return m_surplus; } //!< Bytes that followed the body.
    [[nodiscard]] const Problem &problem() const { return m_problem; } //!< Set when Refused.

private:
    /*! What the next byte belongs to. */
    enum class Part { Length, Size, Blank, Extension, Data, AfterData, Trailer };

    void takeData(QByteArrayView &bytes);
    void takeByte(char c);
    void takeSizeLine(char c);
    void takeTrailer(char c);
    void endSizeLine();
    void refuse(int status, QString detail);

    RequestLimits m_limits;
    State m_state = State::Reading;
    Part m_part = Part::Size;
    QByteArray m_body;
    QByteArray m_line; //!< Of the trailers, so far.
    Problem m_problem;
    qint64 m_left = 0; //!< Bytes to come of the known length, or of this chunk.
    qint64 m_surplus = 0;
    qsizetype m_digits = 0; //!< Of this chunk's size.
    qsizetype m_extras = 0; //!< Bytes of extensions and trailers, in all.
    bool m_afterReturn = false;
};

} // namespace Kintsugi
