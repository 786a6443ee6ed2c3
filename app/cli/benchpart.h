// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"

#include <QProcess>

namespace Kintsugi {

/*! One of the bench's own processes: this program with `bench --part …`. It goes when this process
 *  goes. Thread: main; waits.
 */
class BenchPart
{
    Q_DISABLE_COPY_MOVE(BenchPart)

public:
    BenchPart(const QString &part, const QStringList &options, const Clock &clock);
    ~BenchPart(); //!< Kills it when it is still there.

    [[nodiscard]] Monotonic startedAt() const { return m_startedAt; }
    [[nodiscard]] Expected<QByteArray> line(); //!< Its next one. Internal when it ends before.
    void kill();
    void waitForEnd() { m_process.waitForFinished(); }

private:
    const Clock &m_clock;
    QProcess m_process;
    Monotonic m_startedAt{};
};

} // namespace Kintsugi
