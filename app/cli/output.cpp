// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/output.h"

#include "app/host/exitcode.h"
#include "engine/model/canonicaljson.h"
#include "engine/model/event.h"
#include "engine/model/jsonwriter.h"

#include <QDateTime>

#include <cstdio>
#include <unistd.h>

namespace Kintsugi::Output {

using namespace Qt::StringLiterals;

namespace {

bool isColoured()
{
    static const bool coloured = isatty(STDOUT_FILENO) && qEnvironmentVariableIsEmpty("NO_COLOR")
        && qEnvironmentVariable("TERM") != u"dumb"_s;
    return coloured;
}

QString clock(const QJsonValue &at)
{
    const QDateTime time = QDateTime::fromString(at.toString(), Qt::ISODateWithMs).toLocalTime();
    return time.isValid() ? time.toString(u"HH:mm:ss.zzz"_s) : u"--:--:--.---"_s;
}

QString stateOf(const QJsonObject &task)
{
    return task.value("stale"_L1).toBool() ? u"stale"_s : task.value("state"_L1).toString();
}

Tone toneOf(const QString &state)
{
    if (state == u"completed"_s)
        return Tone::Good;
    if (state == u"failed"_s)
        return Tone::Bad;
    return state == u"stale"_s ? Tone::Gold : state == u"running"_s ? Tone::Busy : Tone::Dim;
}

/*! The payload as it was written: it is the last member, and its own members keep their order. */
QByteArray payloadOf(const QByteArray &event)
{
    static constexpr QByteArrayView kMember = "\"payload\":";
    const qsizetype at = event.indexOf(kMember);
    return at < 0 ? QByteArray() : event.sliced(at + kMember.size()).chopped(1);
}

QJsonObject parsed(const QByteArray &json)
{
    return parseJson(json).value_or(QJsonValue()).toObject();
}

} // namespace

QString toned(const QString &text, Tone tone)
{
    if (!isColoured() || tone == Tone::Plain)
        return text;
    const char *code = tone == Tone::Dim ? "2"
        : tone == Tone::Good             ? "32"
        : tone == Tone::Bad              ? "31"
        : tone == Tone::Gold             ? "33"
                                         : "34";
    return u"\x1b[%1m%2\x1b[0m"_s.arg(QLatin1String(code), text);
}

QString harmless(QString text)
{
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format)
            c = QChar::ReplacementCharacter;
    }
    return text;
}

bool json(const QByteArray &document)
{
    std::fwrite(document.constData(), 1, size_t(document.size()), stdout);
    std::fputc('\n', stdout);
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

bool line(const QString &text)
{
    return json(text.toUtf8());
}

int error(const Error &error)
{
    warning(error.retryAfter.count() > 0
                ? u"%1; try again in %2 s"_s.arg(error.message).arg(error.retryAfter.count())
                : error.message);
    return ExitCode::of(error.code);
}

void warning(const QString &text)
{
    std::fprintf(stderr, "kintsugi-cli: %s\n", qUtf8Printable(harmless(text)));
}

bool event(const QByteArray &document, bool asJson)
{
    if (asJson)
        return json(document);
    const QJsonObject event = parsed(document);
    const QString type = event.value("type"_L1).toString();
    const QJsonObject payload = event.value("payload"_L1).toObject();
    const bool fromCache = payload.value("fromCache"_L1).toBool();
    const bool isMend = fromCache || type == u"recovered"_s
        || (type == u"attempt_started"_s && payload.value("previousAttempt"_L1).toInt() > 0);
    const Tone tone = isMend           ? Tone::Gold
        : type == u"completed"_s       ? Tone::Good
        : type == u"failed"_s          ? Tone::Bad
        : isEngineEvent(type.toUtf8()) ? Tone::Dim
                                       : Tone::Plain;
    return line(u"%1  %2  %3  %4%5  %6"_s.arg(
        QString::number(event.value("seq"_L1).toInteger()).rightJustified(6),
        toned(clock(event.value("at"_L1)), Tone::Dim),
        u"attempt %1"_s.arg(event.value("attempt"_L1).toInt()),
        toned(harmless(type).leftJustified(16), tone),
        fromCache ? toned(u" from cache"_s, Tone::Gold) : QString(),
        harmless(QString::fromUtf8(payloadOf(document)))));
}

void task(const QByteArray &document, bool asJson)
{
    if (asJson) {
        json(document);
        return;
    }
    const QJsonObject task = parsed(document);
    const QString state = stateOf(task);
    const auto row = [](const QString &name, const QString &value) {
        if (!value.isEmpty())
            line(u"%1  %2"_s.arg(name.leftJustified(12), harmless(value)));
    };
    const auto compact = [&task](QLatin1StringView member) {
        return task.value(member).isNull() ? QString()
                                           : QString::fromUtf8(toCompactJson(task.value(member)));
    };
    line(u"%1  %2"_s.arg(harmless(task.value("name"_L1).toString()), toned(state, toneOf(state))));
    row(u"id"_s, task.value("id"_L1).toString());
    row(u"key"_s, task.value("idempotencyKey"_L1).toString());
    row(u"summary"_s, task.value("summary"_L1).toString());
    row(u"input"_s, compact("input"_L1));
    row(u"result"_s, compact("result"_L1));
    row(u"error"_s, compact("error"_L1));
    row(u"stop reason"_s, task.value("stopReason"_L1).toString());
    row(u"attempt"_s, QString::number(task.value("attempt"_L1).toInt()));
    row(u"events"_s, QString::number(task.value("lastSeq"_L1).toInteger()));
    row(u"worker"_s, task.value("worker"_L1).toString());
    row(u"created"_s, task.value("createdAt"_L1).toString());
    row(u"finished"_s, task.value("finishedAt"_L1).toString());
}

void text(const QString &words)
{
    line(harmless(words));
}

void taskRow(const QJsonObject &task)
{
    const QString state = stateOf(task);
    const QString summary = task.value("summary"_L1).toString();
    line(u"%1  %2  %3  %4%5"_s.arg(
        task.value("id"_L1).toString(), toned(state.leftJustified(9), toneOf(state)),
        harmless(task.value("name"_L1).toString()).leftJustified(20),
        harmless(QString::fromUtf8(toCompactJson(task.value("input"_L1)))),
        summary.isEmpty() ? QString() : u"  "_s + toned(harmless(summary), Tone::Dim)));
}

} // namespace Kintsugi::Output
