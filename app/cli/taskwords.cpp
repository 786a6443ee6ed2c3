// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/taskwords.h"

#include "engine/model/steprecord.h"

#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QDateTime timeOf(const QJsonValue &at)
{
    return QDateTime::fromString(at.toString(), Qt::ISODateWithMs);
}

QString clockOf(const QJsonValue &at)
{
    return timeOf(at).toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString times(int count, const QString &one, const QString &many)
{
    return count == 1 ? one : many.arg(count);
}

/*! Its key without the path of its branch, and without its occurrence when that is the first. */
QString wordFor(const QString &key)
{
    static const QRegularExpression path(u"^(\\d+\\.\\d+/)+"_s);
    QString word = key;
    word.remove(path);
    return word.endsWith(u"#1"_s) ? word.chopped(2) : word;
}

QString howItEnded(const QJsonObject &step)
{
    const int attempt = step.value("attempt"_L1).toInt();
    const QJsonValue error = step.value("error"_L1);
    if (!error.isNull())
        return u"failed in attempt %1: %2"_s.arg(attempt).arg(error["message"_L1].toString());
    if (attempt == 0) // Only a fork's memo is older than its first attempt.
        return u"came with the fork"_s;
    return u"ran in attempt %1, %2 ms"_s.arg(attempt).arg(step.value("durationMs"_L1).toInteger());
}

QStringList whatIsKnown(const QJsonObject &runs)
{
    QStringList words;
    if (const int starts = runs.value("starts"_L1).toInt(); starts > 0)
        words << times(starts, u"1 start"_s, u"%1 starts"_s);
    if (const int failures = runs.value("failures"_L1).toInt(); failures > 0)
        words << times(failures, u"1 failure"_s, u"%1 failures"_s);
    return words;
}

} // namespace

QString waitOf(const QJsonObject &task, const QJsonObject &suspended, Timestamp now)
{
    const QString state = task.value("state"_L1).toString();
    const QString id = task.value("id"_L1).toString();
    const QJsonValue wakeAt = task.value("wakeAt"_L1);
    if (task.value("stale"_L1).toBool())
        return u"Nobody drives it. To go on: kintsugi-cli nudge "_s + id;
    if (state == u"pending"_s) {
        if (wakeAt.isNull())
            return u"Waits for a worker that has room for it."_s;
        return (task.value("attempt"_L1).toInt() == 0 ? u"Starts at %1."_s : u"Next try at %1."_s)
            .arg(clockOf(wakeAt));
    }
    if (state != u"suspended"_s)
        return {};
    const QString reason = suspended.value("reason"_L1).toString();
    const bool isDue = !wakeAt.isNull() && timeOf(wakeAt).toMSecsSinceEpoch() <= toUnixMs(now);
    if (isDue)
        return u"Goes on as soon as a worker drives it."_s;
    if (reason == u"sleep"_s && !wakeAt.isNull())
        return u"Sleeps until %1, then goes on by itself."_s.arg(clockOf(wakeAt));
    if (reason == u"signal"_s)
        return u"Waits for a signal%1: kintsugi-cli signal %2 NAME [JSON]"_s.arg(
            wakeAt.isNull() ? QString() : u" until "_s + clockOf(wakeAt), id);
    return u"Rests. To go on: kintsugi-cli resume "_s + id;
}

QStringList stepLines(const QJsonObject &steps)
{
    struct Row
    {
        QString key;
        QString word;
        QStringList said;
    };
    QHash<QString, QJsonObject> runs;
    QStringList open; // Keys that have runs and no memo, in the order of the answer.
    for (const QJsonValue one : steps.value("runs"_L1).toArray()) {
        runs.insert(one["key"_L1].toString(), one.toObject());
        open << one["key"_L1].toString();
    }
    QList<Row> rows;
    for (const QJsonValue one : steps.value("steps"_L1).toArray()) {
        const QJsonObject step = one.toObject();
        const QString key = step.value("key"_L1).toString();
        if (isEngineStep(step.value("name"_L1).toString()))
            continue; // A sleep's end, a clock's reading: no work of the task's own.
        Row row{key, wordFor(key), {howItEnded(step)}};
        row.said << whatIsKnown(runs.value(key));
        if (const int hits = step.value("cacheHits"_L1).toInt(); hits > 0)
            row.said << times(hits, u"once from cache"_s, u"%1 times from cache"_s);
        rows << row;
        open.removeOne(key);
    }
    for (const QString &key : std::as_const(open)) {
        Row row{key, wordFor(key), {u"not done"_s}};
        row.said << whatIsKnown(runs.value(key));
        if (const QJsonValue next = runs.value(key).value("nextAt"_L1); next.isString())
            row.said << u"next try at "_s + clockOf(next);
        rows << row;
    }
    // Of branches that take steps of one name, the keys say which is which.
    QHash<QString, int> sameWord;
    for (const Row &row : std::as_const(rows))
        ++sameWord[row.word];
    for (Row &row : rows) {
        if (sameWord[row.word] > 1)
            row.word = row.key;
    }
    qsizetype width = 0;
    for (const Row &row : std::as_const(rows))
        width = std::max(width, std::min<qsizetype>(row.word.size(), 30));
    QStringList lines;
    for (const Row &row : std::as_const(rows))
        lines << row.word.leftJustified(width) + u"  "_s + row.said.join(u", "_s);
    return lines;
}

} // namespace Kintsugi
