// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/problem.h"
#include "engine/runtime/engine.h"

#include <QJsonObject>

namespace Kintsugi {

/*! Takes named members out of a request's body, each with its type; what is wrong is gathered for
 * one 422. */
class Fields
{
public:
    explicit Fields(QJsonObject object)
        : m_object(std::move(object))
    {}

    [[nodiscard]] std::optional<bool> boolean(const QString &name);
    [[nodiscard]] std::optional<QString> text(const QString &name,
                                              qsizetype maxLength); //!< null counts as absent.
    [[nodiscard]] std::optional<qint64> integer(const QString &name); //!< From 0 on.
    [[nodiscard]] std::optional<QJsonObject> object(const QString &name);
    [[nodiscard]] std::optional<QJsonValue> value(const QString &name); //!< Of any type.
    void require(const QString &name, bool isThere);
    void refuseRest(); //!< What nobody has taken is no member of this request.
    void refuse(const QString &name, const QString &message); //!< Past the twentieth, in silence.

    [[nodiscard]] const QJsonObject &rest() const { return m_object; }
    [[nodiscard]] std::optional<Problem> problem() const;

private:
    QJsonObject m_object;
    QList<FieldError> m_errors;
};

/*! The members of a start that are not its input: fresh, autoRecover, idempotencyKey, delayMs. */
[[nodiscard]] SubmitRequest takeStart(Fields &fields);

} // namespace Kintsugi
