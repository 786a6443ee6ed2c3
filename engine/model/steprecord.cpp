// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/steprecord.h"

#include "engine/model/jsonwriter.h"

namespace Kintsugi {

QByteArray stepKey(QByteArrayView path, const QString &name, int occurrence)
{
    return path.toByteArray() + name.toUtf8() + '#' + QByteArray::number(occurrence);
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

} // namespace Kintsugi
