// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/problem.h"

#include "engine/model/jsonwriter.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QByteArray statusLine(int status)
{
    return "HTTP/1.1 "_ba + QByteArray::number(status) + ' ' + reasonPhrase(status) + "\r\n"_ba;
}

QByteArray headerLine(const QByteArray &name, QByteArray value)
{
    for (char &c : value) {
        if (c == '\r' || c == '\n' || c == '\0')
            c = ' ';
    }
    return name + ": "_ba + value + "\r\n"_ba;
}

/*! What is told of a refusal may quote what was sent, and that can be a megabyte. */
QString shortened(const QString &text)
{
    constexpr qsizetype kLongest = 500; // Characters.
    if (text.size() <= kLongest)
        return text;
    const bool isInPair = text[kLongest - 1].isHighSurrogate();
    return QString(text.first(kLongest - (isInPair ? 1 : 0)) + u'\u2026');
}

} // namespace

int httpStatus(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return 400;
    case ErrorCode::InvalidInput:
        return 422;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
    case ErrorCode::Fenced:
        return 409;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::LimitReached:
        return 429;
    case ErrorCode::Closing:
    case ErrorCode::StoreUnavailable:
    case ErrorCode::StoreNewer:
    case ErrorCode::StoreForeign:
        return 503;
    case ErrorCode::Internal:
        break;
    }
    return 500;
}

Problem toProblem(const Error &error)
{
    Problem problem{
        .status = httpStatus(error.code), .detail = error.message, .errors = error.fields};
    if (error.retryAfter.count() > 0)
        problem.headers << std::pair("Retry-After"_ba,
                                     QByteArray::number(qint64(error.retryAfter.count())));
    return problem;
}

QByteArray toJson(const Problem &problem)
{
    JsonWriter json;
    json.member("type", u"about:blank"_s)
        .member("title",
                problem.title.isEmpty() ? QString::fromLatin1(reasonPhrase(problem.status))
                                        : problem.title)
        .member("status", problem.status);
    if (!problem.detail.isEmpty())
        json.member("detail", shortened(problem.detail));
    if (!problem.errors.isEmpty()) {
        QList<QByteArray> errors;
        errors.reserve(problem.errors.size());
        for (const FieldError &error : problem.errors) {
            errors.append(JsonWriter()
                              .member("field", shortened(error.field))
                              .member("message", shortened(error.message))
                              .finish());
        }
        json.raw("errors", jsonArray(errors));
    }
    return json.finish();
}

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 100:
        return "Continue"_ba;
    case 200:
        return "OK"_ba;
    case 201:
        return "Created"_ba;
    case 202:
        return "Accepted"_ba;
    case 204:
        return "No Content"_ba;
    case 304:
        return "Not Modified"_ba;
    case 400:
        return "Bad Request"_ba;
    case 401:
        return "Unauthorized"_ba;
    case 403:
        return "Forbidden"_ba;
    case 404:
        return "Not Found"_ba;
    case 405:
        return "Method Not Allowed"_ba;
    case 406:
        return "Not Acceptable"_ba;
    case 408:
        return "Request Timeout"_ba;
    case 409:
        return "Conflict"_ba;
    case 413:
        return "Content Too Large"_ba;
    case 414:
        return "URI Too Long"_ba;
    case 415:
        return "Unsupported Media Type"_ba;
    case 417:
        return "Expectation Failed"_ba;
    case 422:
        return "Unprocessable Content"_ba;
    case 429:
        return "Too Many Requests"_ba;
    case 431:
        return "Request Header Fields Too Large"_ba;
    case 500:
        return "Internal Server Error"_ba;
    case 501:
        return "Not Implemented"_ba;
    case 503:
        return "Service Unavailable"_ba;
    case 505:
        return "HTTP Version Not Supported"_ba;
    default:
        return "Unknown"_ba;
    }
}

QByteArray rawHead(int status, const HttpHeaders &headers)
{
    QByteArray response = statusLine(status);
    for (const auto &[name, value] : headers)
        response += headerLine(name, value);
    response += "Connection: close\r\n\r\n"_ba;
    return response;
}

QByteArray rawResponse(int status, const HttpHeaders &headers, const QByteArray &body, bool head)
{
    if (status == 204 || status == 304)
        return rawHead(status, headers);
    HttpHeaders all = headers;
    all.append({"Content-Length"_ba, QByteArray::number(body.size())});
    QByteArray response = rawHead(status, all);
    if (!head)
        response += body;
    return response;
}

QByteArray rawResponse(const Problem &problem, bool head)
{
    HttpHeaders headers = problem.headers;
    headers.prepend({"Content-Type"_ba, kProblemType.toByteArray()});
    headers.append({"X-Content-Type-Options"_ba, "nosniff"_ba});
    return rawResponse(problem.status, headers, toJson(problem), head);
}

} // namespace Kintsugi
