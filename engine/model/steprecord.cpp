// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/steprecord.h"

#include "engine/model/jsonwriter.h"

namespace Kintsugi {

QByteArray stepKey(QByteArrayView path, const QString &name, int occurrence)
{
    const QByteArray utf8 = name.toUtf8();
    QByteArray key;
    key.reserve(path.size() + utf8.size() + 12); // One piece of memory for all of it.
    key += path;
    key += utf8;
    key += '#';
    key += QByteArray::number(occurrence);
    return key;
}

namespace {

/*! One turn on the way to a step: the ask, and the branch that was taken there (-1 for the last).
 */
struct Turn
{
    int ordinal = 0;
    int branch = -1;
};

/*! "3.0/1.2/" and an ordinal: third ask of the handler, its branch 0, first ask there, and so on.
 */
QList<Turn> wayTo(const StepRecord &step)
{
    QList<Turn> way;
    for (const QByteArray &part : step.branch.split('/')) {
        if (!part.isEmpty())
            way << Turn{part.left(part.indexOf('.')).toInt(),
                        part.mid(part.indexOf('.') + 1).toInt()};
    }
    way << Turn{step.ordinal, -1};
    return way;
}

} // namespace

std::optional<bool> isAskedBefore(const StepRecord &step, const StepRecord &other)
{
    const QList<Turn> way = wayTo(step);
    const QList<Turn> otherWay = wayTo(other);
    for (qsizetype i = 0; i < way.size() && i < otherWay.size(); ++i) {
        if (way[i].ordinal != otherWay[i].ordinal)
            return way[i].ordinal < otherWay[i].ordinal;
        if (way[i].branch != otherWay[i].branch)
            return std::nullopt;
    }
    return false;
}

QByteArray toJson(const StepRecord &step)
{
    return JsonWriter()
        .member("key", step.key)
        .member("name", QStringView(step.name))
        .member("occurrence", step.occurrence)
        .member("attempt", step.attempt)
        .member("startedAt", std::optional(step.startedAt))
        .member("durationMs", qint64(step.duration.count()))
        .raw("result", step.result)
        .raw("error", step.error)
        .member("cacheHits", step.cacheHits)
        .finish();
}

QByteArray toJson(const QList<StepRecord> &steps, const std::optional<QList<StepRuns>> &runs)
{
    QList<QByteArray> items;
    for (const StepRecord &step : steps)
        items << toJson(step);
    JsonWriter json;
    json.raw("steps", jsonArray(items));
    if (!runs)
        return json.finish();
    items.clear();
    for (const StepRuns &step : *runs)
        items << JsonWriter()
                     .member("key", step.key)
                     .member("starts", step.starts)
                     .member("failures", step.failures)
                     .member("nextAt", step.nextAt)
                     .finish();
    return json.raw("runs", jsonArray(items)).finish();
}

} // namespace Kintsugi
