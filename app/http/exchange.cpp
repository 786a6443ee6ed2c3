// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/exchange.h"

#include "engine/model/canonicaljson.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kJson = "application/json";

/*! How well one media range fits a type: 0 not at all, 1 for any type, 2 for type/any, 3 exactly.
 */
int fit(QByteArrayView range, QByteArrayView type)
{
    if (range == "*/*")
        return 1;
    const qsizetype slash = type.indexOf('/');
    if (range.endsWith("/*") && range.first(range.size() - 1) == type.first(slash + 1))
        return 2;
    return range == type ? 3 : 0;
}

/*! The weight that an Accept header gives a type (RFC 9110, 12.5.1): that of the closest range. */
double weight(const QList<QByteArray> &ranges, QByteArrayView type)
{
    double best = 0;
    int closest = 0;
    for (const QByteArray &entry : ranges) {
        const QList<QByteArray> parts = entry.split(';');
        const int closeness = fit(parts.first().trimmed().toLower(), type);
        if (closeness == 0 || closeness < closest)
            continue;
        double q = 1;
        for (const QByteArray &part : parts.sliced(1)) {
            const QByteArray parameter = part.trimmed().toLower();
            if (parameter.startsWith("q=")) {
                bool isNumber = false;
                const double value = parameter.sliced(2).toDouble(&isNumber);
                q = isNumber ? std::clamp(value, 0.0, 1.0) : 1;
            }
        }
        closest = closeness;
        best = q;
    }
    return best;
}

/*! Whether an If-None-Match names that tag (RFC 9110, 13.1.2: a weak one counts too). */
bool names(const QByteArray &ifNoneMatch, const QByteArray &etag)
{
    const QList<QByteArray> tags = ifNoneMatch.split(',');
    return std::ranges::any_of(tags, [&etag](const QByteArray &entry) {
        const QByteArray tag = entry.trimmed();
        return tag == "*" || tag == etag || tag == "W/" + etag;
    });
}

} // namespace

Exchange::Exchange(const RequestHead &head, QByteArray body, QTcpSocket *socket,
                   std::shared_ptr<RequestRecord> record)
    : m_head(head)
    , m_path(head.path())
    , m_body(std::move(body))
    , m_socket(socket)
    , m_record(std::move(record))
{
    const qsizetype mark = head.target.indexOf('?');
    if (mark >= 0)
        m_query = QUrlQuery(QString::fromUtf8(head.target.sliced(mark + 1).replace('+', "%20")));
}

int Exchange::preferred(const QList<QByteArrayView> &offered) const
{
    if (m_head.count("Accept") == 0)
        return 0;
    QList<QByteArray> ranges;
    for (const auto &[name, value] : m_head.headers) {
        if (name.compare("Accept", Qt::CaseInsensitive) == 0)
            ranges += value.split(',');
    }
    if (std::ranges::all_of(ranges,
                            [](const QByteArray &range) { return range.trimmed().isEmpty(); }))
        return 0;
    int best = -1;
    double bestWeight = 0;
    for (int i = 0; i < offered.size(); ++i) {
        const double w = weight(ranges, offered[i]);
        if (w > bestWeight) {
            best = i;
            bestWeight = w;
        }
    }
    return best;
}

bool Exchange::accepts(QByteArrayView type) const
{
    if (preferred({type}) >= 0)
        return true;
    problem(
        Problem{.status = 406, .detail = u"The answer is %1."_s.arg(QString::fromLatin1(type))});
    return false;
}

bool Exchange::bearsJson() const
{
    const QList<QByteArray> parts = m_head.header("Content-Type").split(';');
    if (parts.first().trimmed().toLower() != kJson)
        return false;
    return std::ranges::all_of(parts.sliced(1), [](const QByteArray &part) {
        const QByteArray parameter = part.trimmed().toLower().replace('"', "");
        return !parameter.startsWith("charset=") || parameter == "charset=utf-8";
    });
}

std::expected<QJsonObject, Problem> Exchange::object() const
{
    if (m_body.trimmed().isEmpty())
        return QJsonObject();
    const auto value = parseJson(m_body);
    if (!value)
        return std::unexpected(
            Problem{.status = 400, .detail = u"The body is "_s + value.error().message + u'.'});
    if (!value->isObject())
        return std::unexpected(Problem{.status = 422,
                                       .detail = u"The body must be a JSON object."_s,
                                       .errors = {{QString(), u"must be an object"_s}}});
    return value->toObject();
}

bool Exchange::isThere() const
{
    return m_socket && m_socket->state() == QAbstractSocket::ConnectedState;
}

void Exchange::finish(int status, const QByteArray &response) const
{
    if (!isThere())
        return;
    m_record->answered(status, response.size());
    m_socket->write(response);
    m_socket->disconnectFromHost();
}

void Exchange::json(int status, const QByteArray &body, const HttpHeaders &headers) const
{
    send(status, kJson.toByteArray(), body, headers);
}

void Exchange::send(int status, const QByteArray &contentType, const QByteArray &body,
                    const HttpHeaders &headers) const
{
    const HttpHeaders all = HttpHeaders{{"Content-Type"_ba, contentType},
                                        {"Cache-Control"_ba, "no-store"_ba},
                                        {"X-Content-Type-Options"_ba, "nosniff"_ba}}
        + headers + m_caller.headers;
    finish(status, rawResponse(status, all, body, m_head.isHead()));
}

void Exchange::sendTagged(const QByteArray &contentType, const QByteArray &body,
                          const QByteArray &etag, const HttpHeaders &headers) const
{
    const HttpHeaders tagged =
        HttpHeaders{{"Cache-Control"_ba, "no-cache"_ba}, {"ETag"_ba, etag}} + headers;
    if (names(m_head.header("If-None-Match"), etag)) {
        empty(304, tagged);
        return;
    }
    const HttpHeaders all =
        HttpHeaders{{"Content-Type"_ba, contentType}, {"X-Content-Type-Options"_ba, "nosniff"_ba}}
        + tagged + m_caller.headers;
    finish(200, rawResponse(200, all, body, m_head.isHead()));
}

void Exchange::empty(int status, const HttpHeaders &headers) const
{
    finish(status, rawResponse(status, headers + m_caller.headers, {}, m_head.isHead()));
}

void Exchange::startOnly(int status, const HttpHeaders &headers) const
{
    finish(status, rawHead(status, headers + m_caller.headers));
}

void Exchange::problem(const Problem &problem) const
{
    Problem answer = problem;
    answer.headers += m_caller.headers;
    finish(problem.status, rawResponse(answer, m_head.isHead()));
}

} // namespace Kintsugi
