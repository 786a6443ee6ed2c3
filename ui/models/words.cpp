// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::Words)
};

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

QString plain(const QJsonValue &value)
{
    if (value.isDouble()) {
        const double number = value.toDouble();
        return number == std::floor(number) && std::abs(number) < 1e15
            ? QLocale().toString(qint64(number))
            : QLocale().toString(number);
    }
    if (value.isBool())
        return value.toBool() ? u"true"_s : u"false"_s;
    return value.toString();
}

} // namespace

QString Words::state(const Task &task)
{
    switch (task.state) {
    case TaskState::Pending:
        return Text::tr("Pending");
    case TaskState::Running:
        return task.stale ? Text::tr("Stale") : Text::tr("Running");
    case TaskState::Suspended:
        return Text::tr("Suspended");
    case TaskState::Completed:
        return Text::tr("Done");
    case TaskState::Failed:
        return Text::tr("Failed");
    case TaskState::Cancelled:
        return Text::tr("Cancelled");
    }
    Q_UNREACHABLE();
}

QString Words::input(const Task &task)
{
    const QJsonObject input = parsed(task.input);
    if (const QJsonValue rows = input.value("rows"_L1); rows.isDouble())
        return Text::tr("%Ln row(s)", nullptr, rows.toInt());
    for (auto it = input.begin(); it != input.end(); ++it) {
        const QString name = it.key();
        if (name == "runId"_L1 || name.endsWith("Ms"_L1) || it->isObject() || it->isArray())
            continue;
        return it->isString() ? it->toString() : QString(name + u'=' + plain(*it));
    }
    return {};
}

QString Words::age(Timestamp from, Timestamp now)
{
    const qint64 seconds = qMax<qint64>(0, (now - from).count() / 1000);
    if (seconds < 60)
        return Text::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return Text::tr("%1 min").arg(seconds / 60);
    if (seconds < 86400)
        return Text::tr("%1 h").arg(seconds / 3600);
    return Text::tr("%1 d").arg(seconds / 86400);
}

QString Words::duration(std::chrono::milliseconds span)
{
    const qint64 ms = span.count();
    if (qAbs(ms) < 1000)
        return Text::tr("%1 ms").arg(ms);
    if (qAbs(ms) < 120'000)
        return Text::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 3));
    if (qAbs(ms) < 3'600'000)
        return Text::tr("%1 min %2 s").arg(ms / 60'000).arg(ms / 1000 % 60);
    return Text::tr("%1 h %2 min").arg(ms / 3'600'000).arg(ms / 60'000 % 60);
}

QString Words::clock(Timestamp at)
{
    return QDateTime::fromMSecsSinceEpoch(toUnixMs(at)).toString(u"HH:mm:ss.zzz"_s);
}

QString Words::date(Timestamp at)
{
    return QDateTime::fromMSecsSinceEpoch(toUnixMs(at)).toString(u"yyyy-MM-dd"_s);
}

QString Words::bytes(qint64 count)
{
    return QLocale().formattedDataSize(count, 1, QLocale::DataSizeSIFormat);
}

QString Words::shortKey(const IdempotencyKey &key)
{
    const QString text = key.toString();
    return text.size() <= 12 ? text : QString(text.left(4) + u'…' + text.right(4));
}

QString Words::printable(const QString &text)
{
    QString line;
    for (const char32_t c : text.toUcs4()) {
        switch (QChar::category(c)) {
        case QChar::Other_Control:
        case QChar::Other_Format:
        case QChar::Other_Surrogate:
        case QChar::Other_PrivateUse:
        case QChar::Other_NotAssigned:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
            line += QChar(QChar::ReplacementCharacter);
            break;
        default:
            line += QString::fromUcs4(&c, 1);
        }
    }
    return line;
}

QString Words::error(const Error &error)
{
    switch (error.code) {
    case ErrorCode::NotFound:
        return Text::tr("The task is no longer in the store.");
    case ErrorCode::Closing:
        return Text::tr("Kintsugi is closing and takes nothing new.");
    case ErrorCode::StoreUnavailable:
        return Text::tr("The store cannot be used now: %1").arg(error.message);
    case ErrorCode::StoreNewer:
        return Text::tr("A later version of Kintsugi wrote this store: %1").arg(error.message);
    case ErrorCode::StoreForeign:
        return Text::tr("This file is no store of Kintsugi: %1").arg(error.message);
    case ErrorCode::InvalidInput:
        if (!error.fields.isEmpty())
            return Text::tr("%1: %2", "a field of the input and what is wrong with it")
                .arg(error.fields.first().field, error.fields.first().message);
        return error.message;
    default:
        return error.message;
    }
}

bool isFromCache(const Event &event)
{
    return event.type == "recovered"_ba
        || (event.type == "stage_done"_ba && event.payload.contains("\"fromCache\":true"));
}

QString Words::event(const Event &event)
{
    const QJsonObject payload = parsed(event.payload);
    const auto text = [&payload](QLatin1StringView name) { return plain(payload.value(name)); };
    const QByteArray &type = event.type;
    if (type == "created"_ba)
        return Text::tr("The task was stored with its input. Nothing had run yet.");
    if (type == "attempt_started"_ba) {
        const QString reason = payload.value("reason"_L1).toString();
        if (reason == "recovery"_L1)
            return Text::tr("Attempt %1 took the task up where attempt %2 broke.")
                .arg(event.attempt)
                .arg(payload.value("previousAttempt"_L1).toInt());
        if (reason == "retry"_L1)
            return Text::tr("Attempt %1 tries again; what was committed stays.").arg(event.attempt);
        if (reason == "resume"_L1)
            return Text::tr("Attempt %1 goes on after the suspension.").arg(event.attempt);
        return Text::tr("The first attempt began.");
    }
    if (type == "recovered"_ba) {
        if (payload.contains("fromTick"_L1))
            return Text::tr("%n tick(s) were in the log already. The handler read them and goes on "
                            "with tick %1.",
                            nullptr, payload.value("ticksSoFar"_L1).toInt())
                .arg(text("fromTick"_L1));
        if (payload.contains("cachedStages"_L1))
            return Text::tr("%n stage(s) had committed a result. It is read, not computed again.",
                            nullptr, int(payload.value("cachedStages"_L1).toArray().size()));
        return Text::tr("The handler read its own log and goes on.");
    }
    if (type == "tick"_ba)
        return Text::tr("Tick %1 of %2 is committed; no crash can take it back.")
            .arg(text("i"_L1), text("n"_L1));
    if (type == "stage_started"_ba)
        return Text::tr("The body of stage %1 began to run.").arg(text("stage"_L1));
    if (type == "stage_done"_ba) {
        const auto took = std::chrono::milliseconds(payload.value("durationMs"_L1).toInteger());
        return payload.value("fromCache"_L1).toBool()
            ? Text::tr("The result of %1 was committed before. It was read; the body did not run. "
                       "Saved %2.")
                  .arg(text("stage"_L1), duration(took))
            : Text::tr("Stage %1 ran for %2 and its result is committed.")
                  .arg(text("stage"_L1), duration(took));
    }
    if (type == "stop_requested"_ba)
        return Text::tr("Somebody asked it to stop. The handler hears of it at its next await.");
    if (type == "cancelled"_ba)
        return Text::tr("It was stopped; what it had committed stays.");
    if (type == "completed"_ba)
        return Text::tr("The task is done and its result is stored.");
    if (type == "failed"_ba)
        return Text::tr("The task failed; the error is below.");
    if (type == "suspended"_ba)
        return Text::tr("The task rests in the store; nobody drives it.");
    if (type == "resumed"_ba)
        return Text::tr("The suspension is over.");
    return Text::tr("An event of the task's own.");
}

} // namespace Kintsugi
