// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/problem.h"

#include <QByteArray>

#include <expected>
#include <optional>

namespace Kintsugi {

/*! Bounds on one request; the defaults are the contract's. */
struct RequestLimits
{
    qsizetype targetBytes = 8 << 10; //!< Of the request target; more is 414.
    qsizetype headerBytes = 16 << 10; //!< Of all header lines with their line ends; more is 431.
    qsizetype bodyBytes = 1 << 20; //!< Of the body without its chunk framing; more is 413.
};

/*! The line and the headers of a request that HTTP/1.1 allows. */
struct RequestHead
{
    QByteArray method{}; //!< One of the known ones, in capitals.
    QByteArray target{}; //!< Path and query as they were sent; "*" for OPTIONS *.
    QByteArray host{}; //!< The authority: Host, or that of an absolute target; null without one.
    int minorVersion = 1; //!< 0 for HTTP/1.0.
    HttpHeaders headers{}; //!< As they were sent, without the white space around the values.
    qint64 contentLength = 0; //!< Within the limit; 0 when chunked.
    bool chunked = false;
    bool awaitsContinue = false; //!< The client holds the body back until it hears 100.

    [[nodiscard]] bool isHead() const { return method == "HEAD"; }
    /*! The first of that name, whatever its case; null when there is none. */
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
    [[nodiscard]] qsizetype count(QByteArrayView name) const;
    [[nodiscard]] QByteArray path() const; //!< Still percent-encoded.
};

/*! Reads and judges the head of a request as its bytes arrive (RFC 9112, strictly).
 *
 *  The verdict falls on the first byte that is wrong, so it does not depend on how the bytes were
 *  cut. Lines end in CR LF, nothing less: what a proxy before us and we could read in two ways is
 *  refused. One empty line before the request is skipped.
 */
class RequestHeadReader
{
public:
    enum class State { Reading, Complete, Refused };

    explicit RequestHeadReader(RequestLimits limits = {})
        : m_limits(limits)
    {}

    State feed(QByteArrayView bytes);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const RequestHead &head() const { return m_head; } //!< Whole when Complete.
    [[nodiscard]] const Problem &problem() const { return m_problem; } //!< Set when Refused.
    [[nodiscard]] QByteArray takeRest(); //!< What came after a complete head; once.
    [[nodiscard]] qsizetype heldBytes() const { return m_bytes.size(); }

private:
    void scan();
    void takeLine(QByteArrayView line);
    void overlongLine(QByteArrayView line);
    void takeRequestLine(QByteArrayView line);
    void takeVersion(QByteArrayView version);
    void takeMethod(QByteArrayView method);
    void takeTarget(QByteArrayView target);
    void takeAbsoluteTarget(QByteArrayView target);
    void judgePathAndQuery();
    void finish();
    void judgeHost();
    void judgeFraming();
    void judgeTransferEncoding();
    void judgeContentLength(const QByteArray &value);
    void judgeExpect();
    void refuse(int status, QString detail);

    RequestLimits m_limits;
    State m_state = State::Reading;
    RequestHead m_head;
    Problem m_problem;
    QByteArray m_bytes;
    qsizetype m_at = 0; //!< The next byte to look at.
    qsizetype m_lineStart = 0;
    qsizetype m_headersStart = -1; //!< Where the header lines begin; -1 before the request line.
    bool m_skippedLine = false;
};

/*! RFC 9110's token: at least one letter, digit or one of !#$%&'*+-.^_`|~. */
[[nodiscard]] bool isHttpToken(QByteArrayView text);
/*! "Name: value" taken apart; the caller has refused control characters. */
[[nodiscard]] std::expected<std::pair<QByteArray, QByteArray>, Problem>
parseHeaderLine(QByteArrayView line);

} // namespace Kintsugi
