// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/taskerror.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"

#include <QJsonObject>

namespace Kintsugi {

using namespace Qt::StringLiterals;

QByteArray TaskError::toJson() const
{
    return JsonWriter()
        .member("type", m_type)
        .member("message", m_message)
        .member("retryable", m_retryable)
        .textOrNull("step", m_step)
        .finish();
}

TaskError TaskError::fromJson(const QByteArray &json)
{
    const QJsonValue error = parseJson(json).value_or(QJsonValue());
    return {error["type"_L1].toString().toUtf8(), error["message"_L1].toString(),
            error["retryable"_L1].toBool(), error["step"_L1].toString()};
}

TaskError TaskError::fromCurrentException(const QString &step)
{
    try {
        throw;
    } catch (const TaskError &error) {
        return error.step().isEmpty()
            ? TaskError(error.type(), error.message(), error.isRetryable(), step)
            : error;
    } catch (const std::exception &error) {
        return {QByteArrayLiteral("exception"), QString::fromUtf8(error.what()), true, step};
    } catch (...) {
        return {QByteArrayLiteral("exception"),
                QStringLiteral("something that is no std::exception was thrown"), true, step};
    }
}

} // namespace Kintsugi
