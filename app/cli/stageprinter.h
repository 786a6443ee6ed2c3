// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace Kintsugi {

/*! Prints the run of a task file for people: a line for each stage as it ends, in gold what came
 *  from cache, and on a terminal a line that tells what runs now and for how long.
 *
 *  Thread: main.
 */
class StagePrinter final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StagePrinter)

public:
    /*! \a firstAttempt: what earlier attempts have said is left out. */
    StagePrinter(int stages, int firstAttempt);
    ~StagePrinter() override;

    /*! One event, the data object of the wire. False when nobody reads any more. */
    [[nodiscard]] bool print(const QByteArray &json);

private:
    [[nodiscard]] QString lineFor(const QString &type, const QJsonObject &payload);
    void showProgress();
    void hideProgress();

    int m_stages;
    int m_firstAttempt;
    int m_done = 0;
    qsizetype m_width = 0; // Of the names, so that what follows stands in a column.
    QHash<QString, Monotonic> m_running; // Since when.
    QStringList m_order; // Of those that run.
    bool m_isShown = false;
    QTimer m_timer;
};

} // namespace Kintsugi
