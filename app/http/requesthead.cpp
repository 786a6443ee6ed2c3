// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/requesthead.h"

#include "app/http/characters.h"
#include "app/http/loopback.h"

#include <QStringDecoder>

#include <algorithm>
#include <array>

namespace Kintsugi {

using namespace Characters;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array<QByteArrayView, 7> kMethods{"GET",    "HEAD",    "POST", "PUT",
                                                 "DELETE", "OPTIONS", "PATCH"};
constexpr qsizetype kLineSlack = 64; //!< Method, version and blanks around the target.
constexpr qsizetype kMethodBytes = 32; //!< No method that anybody registered is longer.

bool isPathChar(char c)
{
    return isAlphanumeric(c) || QByteArrayView("/-._~!$&'()*+,;=:@").contains(c);
}

/*! More than RFC 3986 has: browsers and curl send these in a query as they were typed. */
bool isQueryChar(char c)
{
    return isPathChar(c) || QByteArrayView("?\"<>[\\]^`{|}").contains(c);
}

/*! Checks the characters of a path or a query and gives it percent-decoded; nothing when wrong. */
std::optional<QByteArray> decoded(QByteArrayView text, bool (*isAllowed)(char))
{
    QByteArray plain;
    plain.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            if (!isAllowed(text[i]))
                return std::nullopt;
            plain.append(text[i]);
            continue;
        }
        if (i + 2 >= text.size() || hexValue(text[i + 1]) < 0 || hexValue(text[i + 2]) < 0)
            return std::nullopt;
        plain.append(static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2])));
        i += 2;
    }
    return plain;
}

bool isUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder.decode(bytes);
    return !decoder.hasError();
}

QByteArrayView trimmed(QByteArrayView text)
{
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    return text;
}

bool hasName(const std::pair<QByteArray, QByteArray> &header, QByteArrayView name)
{
    return header.first.compare(name, Qt::CaseInsensitive) == 0;
}

} // namespace

bool isHttpToken(QByteArrayView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return isAlphanumeric(c) || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

std::expected<std::pair<QByteArray, QByteArray>, Problem> parseHeaderLine(QByteArrayView line)
{
    const auto refused = [](QString detail) {
        return std::unexpected(Problem{.status = 400, .detail = std::move(detail)});
    };
    if (line.startsWith(' ') || line.startsWith('\t'))
        return refused(u"A header is folded over several lines."_s);
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return refused(u"A header line has no colon."_s);
    const QByteArrayView name = line.first(colon);
    if (name.endsWith(' ') || name.endsWith('\t'))
        return refused(u"A header has a blank before its colon."_s);
    if (!isHttpToken(name))
        return refused(u"A header's name has a character that names may not have."_s);
    return std::pair(name.toByteArray(), trimmed(line.sliced(colon + 1)).toByteArray());
}

QByteArray RequestHead::header(QByteArrayView name) const
{
    const auto found =
        std::ranges::find_if(headers, [name](const auto &header) { return hasName(header, name); });
    if (found == headers.end())
        return {};
    return found->second.isNull() ? ""_ba : found->second;
}

qsizetype RequestHead::count(QByteArrayView name) const
{
    return std::ranges::count_if(headers,
                                 [name](const auto &header) { return hasName(header, name); });
}

QByteArray RequestHead::path() const
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? target : target.first(mark);
}

RequestHeadReader::State RequestHeadReader::feed(QByteArrayView bytes)
{
    m_bytes.append(bytes);
    if (m_state == State::Reading)
        scan();
    return m_state;
}

QByteArray RequestHeadReader::takeRest()
{
    const QByteArray rest = m_bytes.mid(m_at);
    m_bytes = {};
    m_at = 0;
    return rest;
}

void RequestHeadReader::scan()
{
    const QByteArrayView bytes = m_bytes;
    while (m_state == State::Reading && m_at < bytes.size()) {
        const char c = bytes[m_at];
        const bool afterReturn = m_at > m_lineStart && bytes[m_at - 1] == '\r';
        ++m_at;
        if (afterReturn != (c == '\n'))
            return refuse(400, u"A line does not end in CR LF."_s);
        if (c == '\n') {
            takeLine(bytes.sliced(m_lineStart, m_at - 2 - m_lineStart));
            m_lineStart = m_at;
            continue;
        }
        if (c != '\r' && c != '\t' && isControl(c))
            return refuse(400, u"There is a control character in the head of the request."_s);
        if (m_headersStart < 0 && m_at - m_lineStart > m_limits.targetBytes + kLineSlack)
            return overlongLine(bytes.sliced(m_lineStart, m_at - m_lineStart));
        // The blank line that ends the headers is none of them.
        if (m_headersStart >= 0 && m_at - m_headersStart > m_limits.headerBytes
            && !(c == '\r' && m_at - 1 == m_lineStart))
            return refuse(431,
                          u"The headers are longer than %1 bytes."_s.arg(m_limits.headerBytes));
    }
}

void RequestHeadReader::takeLine(QByteArrayView line)
{
    if (m_headersStart < 0) {
        if (line.isEmpty() && !m_skippedLine) {
            m_skippedLine = true;
            return;
        }
        m_headersStart = m_at;
        return takeRequestLine(line);
    }
    if (line.isEmpty())
        return finish();
    if (m_at - m_headersStart > m_limits.headerBytes)
        return refuse(431, u"The headers are longer than %1 bytes."_s.arg(m_limits.headerBytes));
    auto header = parseHeaderLine(line);
    if (!header)
        return refuse(header.error().status, header.error().detail);
    m_head.headers.append(*std::move(header));
}

void RequestHeadReader::overlongLine(QByteArrayView line)
{
    const qsizetype blank = line.indexOf(' ');
    const QByteArrayView method = line.first(blank < 0 ? line.size() : blank);
    if (!isHttpToken(method))
        return refuse(400, u"The request line does not begin with a method."_s);
    if (method.size() > kMethodBytes)
        return refuse(501, u"The method is not known here."_s);
    refuse(414, u"The request target is longer than %1 bytes."_s.arg(m_limits.targetBytes));
}

void RequestHeadReader::takeRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0 || line.indexOf(' ', second + 1) >= 0 || line.contains('\t'))
        return refuse(400, u"The request line is not: method, target, version."_s);
    takeVersion(line.sliced(second + 1));
    if (m_state == State::Reading)
        takeMethod(line.first(first));
    if (m_state == State::Reading)
        takeTarget(line.sliced(first + 1, second - first - 1));
}

void RequestHeadReader::takeVersion(QByteArrayView version)
{
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        m_head.minorVersion = version.back() - '0';
        return;
    }
    const QByteArrayView number = version.startsWith("HTTP/") ? version.sliced(5) : version;
    const qsizetype dot = number.indexOf('.');
    const QByteArrayView major = number.first(dot < 0 ? number.size() : dot);
    const QByteArrayView minor = dot < 0 ? QByteArrayView("0") : number.sliced(dot + 1);
    const bool isVersion = number.size() < version.size() && !major.isEmpty() && !minor.isEmpty()
        && std::ranges::all_of(major, isDigit) && std::ranges::all_of(minor, isDigit);
    if (isVersion)
        return refuse(505, u"Only HTTP/1.1 and HTTP/1.0 are spoken here."_s);
    refuse(400, u"The request line does not end with a version of HTTP."_s);
}

void RequestHeadReader::takeMethod(QByteArrayView method)
{
    if (!isHttpToken(method))
        return refuse(400, u"The request line does not begin with a method."_s);
    if (std::ranges::find(kMethods, method) == kMethods.end())
        return refuse(501, u"The method is not known here."_s);
    m_head.method = method.toByteArray();
}

void RequestHeadReader::takeTarget(QByteArrayView target)
{
    if (target.size() > m_limits.targetBytes) {
        return refuse(414,
                      u"The request target is longer than %1 bytes."_s.arg(m_limits.targetBytes));
    }
    if (target == "*" && m_head.method == "OPTIONS") {
        m_head.target = "*"_ba;
        return;
    }
    if (target.startsWith('/'))
        m_head.target = target.toByteArray();
    else
        takeAbsoluteTarget(target);
    if (m_state == State::Reading)
        judgePathAndQuery();
}

void RequestHeadReader::takeAbsoluteTarget(QByteArrayView target)
{
    constexpr QByteArrayView kScheme("http://");
    if (target.first(std::min(target.size(), kScheme.size())).compare(kScheme, Qt::CaseInsensitive)
        != 0)
        return refuse(400, u"The request target is neither a path nor an http address."_s);
    target = target.sliced(kScheme.size());
    const auto end = std::ranges::find_if(target, [](char c) { return c == '/' || c == '?'; });
    const QByteArrayView authority = target.first(end - target.begin());
    const auto parsed = parseAuthority(authority);
    if (!parsed || parsed->host.isEmpty())
        return refuse(400, u"The request target names no valid host."_s);
    m_head.host = authority.toByteArray();
    m_head.target = target.sliced(authority.size()).toByteArray();
    if (!m_head.target.startsWith('/'))
        m_head.target.prepend('/');
}

void RequestHeadReader::judgePathAndQuery()
{
    const QByteArrayView target = m_head.target;
    const qsizetype mark = target.indexOf('?');
    const auto path = decoded(target.first(mark < 0 ? target.size() : mark), isPathChar);
    const auto query = decoded(mark < 0 ? QByteArrayView() : target.sliced(mark + 1), isQueryChar);
    if (!path || !query)
        return refuse(400, u"The request target is not percent-encoded as it should be."_s);
    if (path->contains('\0') || !isUtf8(*path))
        return refuse(400, u"The path is not text in UTF-8 when it is decoded."_s);
}

void RequestHeadReader::finish()
{
    judgeHost();
    if (m_state == State::Reading)
        judgeFraming();
    if (m_state == State::Reading)
        judgeExpect();
    if (m_state == State::Reading)
        m_state = State::Complete;
}

void RequestHeadReader::judgeHost()
{
    const qsizetype hosts = m_head.count("host");
    if (hosts > 1)
        return refuse(400, u"There is more than one Host."_s);
    if (hosts == 0) {
        if (m_head.minorVersion >= 1)
            refuse(400, u"HTTP/1.1 wants a Host."_s);
        return;
    }
    const QByteArray host = m_head.header("host");
    const auto authority = parseAuthority(host);
    if (!authority)
        return refuse(400, u"The Host is no host with an optional port."_s);
    if (m_head.host.isNull())
        m_head.host = host;
    else if (parseAuthority(m_head.host) != authority)
        refuse(400, u"The request target and the Host do not agree."_s);
}

void RequestHeadReader::judgeFraming()
{
    const qsizetype lengths = m_head.count("content-length");
    const bool encoded = m_head.count("transfer-encoding") > 0;
    if (encoded && lengths > 0)
        return refuse(400, u"Content-Length and Transfer-Encoding exclude each other."_s);
    if (lengths > 1)
        return refuse(400, u"There is more than one Content-Length."_s);
    if (encoded)
        judgeTransferEncoding();
    else if (lengths == 1)
        judgeContentLength(m_head.header("content-length"));
}

void RequestHeadReader::judgeTransferEncoding()
{
    if (m_head.minorVersion == 0)
        return refuse(400, u"HTTP/1.0 has no Transfer-Encoding."_s);
    QList<QByteArray> codings;
    for (const auto &header : std::as_const(m_head.headers)) {
        if (!hasName(header, "transfer-encoding"))
            continue;
        for (const QByteArray &coding : header.second.split(','))
            codings.append(trimmed(coding).toByteArray().toLower());
    }
    if (codings.last() != "chunked" || codings.count("chunked"_ba) > 1)
        return refuse(400, u"Transfer-Encoding does not end in chunked, once."_s);
    if (codings.size() > 1)
        return refuse(501, u"No Transfer-Encoding but chunked is known here."_s);
    m_head.chunked = true;
}

void RequestHeadReader::judgeContentLength(const QByteArray &value)
{
    if (value.isEmpty() || !std::ranges::all_of(value, isDigit))
        return refuse(400, u"The Content-Length is no number."_s);
    qint64 length = 0;
    for (const char c : value) {
        length = length * 10 + (c - '0');
        if (length > m_limits.bodyBytes)
            return refuse(413, u"The body is longer than %1 bytes."_s.arg(m_limits.bodyBytes));
    }
    m_head.contentLength = length;
}

void RequestHeadReader::judgeExpect()
{
    for (const auto &header : std::as_const(m_head.headers)) {
        if (hasName(header, "expect")
            && header.second.compare("100-continue", Qt::CaseInsensitive) != 0)
            return refuse(417, u"No expectation but 100-continue is known here."_s);
    }
    m_head.awaitsContinue = m_head.minorVersion >= 1 && m_head.count("expect") > 0
        && (m_head.chunked || m_head.contentLength > 0);
}

void RequestHeadReader::refuse(int status, QString detail)
{
    m_state = State::Refused;
    m_problem = {.status = status, .detail = std::move(detail)};
    m_bytes = {};
    m_at = 0;
}

} // namespace Kintsugi
