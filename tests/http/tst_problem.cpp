// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/problem.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestProblem final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeHasItsStatus_data();
    void everyCodeHasItsStatus();
    void theBodyIsThatOfRfc9457();
    void whatItQuotesIsShortened();
    void aTitleOfItsOwnIsKept();
    void aRawResponseEndsTheConnection();
    void anAnswerToHeadHasTheLengthAlone();
    void anAnswer204HasNoLength();
    void aHeaderCannotBeginAnother();
};

void TestProblem::everyCodeHasItsStatus_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<int>("status");
    QTest::newRow("invalid argument") << ErrorCode::InvalidArgument << 400;
    QTest::newRow("invalid input") << ErrorCode::InvalidInput << 422;
    QTest::newRow("not found") << ErrorCode::NotFound << 404;
    QTest::newRow("conflict") << ErrorCode::Conflict << 409;
    QTest::newRow("forbidden") << ErrorCode::Forbidden << 403;
    QTest::newRow("too large") << ErrorCode::TooLarge << 413;
    QTest::newRow("limit reached") << ErrorCode::LimitReached << 429;
    QTest::newRow("closing") << ErrorCode::Closing << 503;
    QTest::newRow("store unavailable") << ErrorCode::StoreUnavailable << 503;
    QTest::newRow("store newer") << ErrorCode::StoreNewer << 503;
    QTest::newRow("store foreign") << ErrorCode::StoreForeign << 503;
    QTest::newRow("fenced") << ErrorCode::Fenced << 409;
    QTest::newRow("internal") << ErrorCode::Internal << 500;
}

void TestProblem::everyCodeHasItsStatus()
{
    QFETCH(const ErrorCode, code);
    QFETCH(const int, status);
    QCOMPARE(httpStatus(code), status);
    QCOMPARE(toProblem({.code = code}).status, status);
    QVERIFY(reasonPhrase(status) != "Unknown");
}

void TestProblem::theBodyIsThatOfRfc9457()
{
    const Problem problem = toProblem({.code = ErrorCode::InvalidInput,
                                       .message = u"The input is \"wrong\"."_s,
                                       .fields = {{u"n"_s, u"must be at least 1"_s}}});
    QCOMPARE(toJson(problem),
             R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
             R"("detail":"The input is \"wrong\".",)"
             R"("errors":[{"field":"n","message":"must be at least 1"}]})"_ba);
    QCOMPARE(toJson({.status = 404}),
             R"({"type":"about:blank","title":"Not Found","status":404})"_ba);
}

void TestProblem::whatItQuotesIsShortened()
{
    const QString quoted(1'000'000, u'x');
    const QByteArray body =
        toJson(Problem{.status = 422, .detail = quoted, .errors = {{quoted, quoted}}});
    QVERIFY(body.size() < 3000);
    const QString emoji = QString::fromUtf8("\xf0\x9f\x8f\xba").repeated(1000);
    const QJsonObject problem =
        QJsonDocument::fromJson(toJson(Problem{.status = 422, .detail = u'x' + emoji})).object();
    const QString detail = problem.value("detail"_L1).toString();
    QVERIFY(detail.size() > 400);
    QVERIFY(detail.endsWith(u'\u2026') && detail.isValidUtf16());
}

void TestProblem::aTitleOfItsOwnIsKept()
{
    const QByteArray json = toJson({.status = 409, .title = u"Taken"_s});
    QCOMPARE(QJsonDocument::fromJson(json)["title"_L1].toString(), u"Taken"_s);
}

void TestProblem::aRawResponseEndsTheConnection()
{
    QCOMPARE(rawResponse(405, {{"Allow"_ba, "GET"_ba}}, "no"_ba),
             "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 2\r\n"
             "Connection: close\r\n\r\nno"_ba);
    const QByteArray whole = rawResponse(Problem{.status = 404});
    QVERIFY(whole.contains("\r\nContent-Type: application/problem+json\r\n"));
    const QByteArray end = "\r\n\r\n"_ba + toJson({.status = 404});
    QVERIFY(whole.endsWith(end));
}

void TestProblem::anAnswerToHeadHasTheLengthAlone()
{
    QCOMPARE(rawResponse(200, {}, "12345"_ba, true),
             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"_ba);
}

void TestProblem::anAnswer204HasNoLength()
{
    QCOMPARE(rawResponse(204, {}, {}), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"_ba);
}

void TestProblem::aHeaderCannotBeginAnother()
{
    const QByteArray response = rawResponse(200, {{"Location"_ba, "/a\r\nSet-Cookie: b"_ba}}, {});
    QVERIFY(!response.contains("\r\nSet-Cookie"));
    QVERIFY(response.contains("Location: /a  Set-Cookie: b\r\n"));
}

QTEST_GUILESS_MAIN(TestProblem)
#include "tst_problem.moc"
