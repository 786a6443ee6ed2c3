// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"

#include <QByteArray>
#include <QVariant>

#include <functional>

namespace Kintsugi {

class Connection;

/*! What a step works with that runs inside the store's own transaction: SQL on tables of its own.
 *
 *  It may not begin or end transactions, attach files, set pragmas, nor read or write Kintsugi's
 *  tables; and it holds up every other write, so it has a time limit. The first failure sticks:
 * then nothing of the step is kept. Thread: the writer's, only inside the step's body.
 */
class Transaction
{
public:
    using Row = QVariantMap; //!< By column: qint64, double, QString, QByteArray, or null.

    /*! One statement; its parameters (?) are bound in order: bool, integers, double, QString,
     *  QByteArray (a blob), or an invalid QVariant for NULL. Gives the rows, at most 10,000. */
    [[nodiscard]] Expected<QList<Row>> exec(const QByteArray &sql, const QVariantList &values = {});

    /*! Runs \a body between two marks: all that it did, or nothing of it. For the store. */
    static Expected<QByteArray> run(Connection &db, const Clock &clock,
                                    std::chrono::milliseconds timeLimit,
                                    const std::function<Expected<QByteArray>(Transaction &)> &body);

private:
    explicit Transaction(Connection &db)
        : m_db(db)
    {}
    std::unexpected<Error> fail(int code, const QByteArray &sql);

    Connection &m_db;
    std::optional<Error> m_error;
};

} // namespace Kintsugi
