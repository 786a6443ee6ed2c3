// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/workers.h"

#include "engine/store/connection.h"
#include "engine/store/lockfile.h"

#include <QFile>
#include <QRandomGenerator>
#include <QSysInfo>

#include <algorithm>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QString readLine(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll()).trimmed()
                                          : QString();
}

/*! Field 22 of /proc/PID/stat; the second field may hold blanks and brackets, so count from the
 * last bracket. */
QString startTimeOf(qint64 pid)
{
    const QString stat = readLine(u"/proc/%1/stat"_s.arg(pid));
    return stat.section(u')', -1).simplified().section(u' ', 19, 19);
}

} // namespace

WorkerIdentity thisProcess()
{
    const qint64 pid = getpid();
    const QString host = QSysInfo::machineHostName();
    const QString suffix =
        QString::number(QRandomGenerator::system()->bounded(0x10000U), 16).rightJustified(4, u'0');
    return {u"%1-%2-%3"_s.arg(host).arg(pid).arg(suffix),
            host,
            pid,
            startTimeOf(pid),
            readLine(u"/proc/sys/kernel/random/boot_id"_s),
            QStringLiteral(KINTSUGI_VERSION)};
}

Liveness Liveness::judge(Connection &db, const Judge &judge)
{
    using namespace std::chrono;
    Liveness liveness;
    const Monotonic now = judge.clock.monotonic();
    Query query(db,
                "SELECT num, boot_id, beat_at, beat_mono, drives_all FROM workers WHERE ended = 0");
    while (query.next()) {
        const qint64 num = query.integer(0);
        const bool sameBoot = query.text(1) == judge.bootId;
        WorkerView view{.beatAt = fromUnixMs(query.integer(2))};
        const auto age = duration_cast<milliseconds>(now - Monotonic(query.integer(3)));
        view.staleIn = std::clamp(judge.staleAfter - age, 0ms, judge.staleAfter);
        if (num == judge.self)
            view.state = OwnerState::ThisProcess;
        else if (sameBoot && !judge.locks.isWorkerHeld(num))
            view.state = OwnerState::Dead;
        else if (!sameBoot)
            view.state = OwnerState::Dead; // Another boot of this machine: its processes are gone.
        else
            view.state = view.staleIn > 0ms ? OwnerState::OtherProcess : OwnerState::Silent;
        if (view.state == OwnerState::Dead)
            view.staleIn = 0ms;
        if (view.state == OwnerState::OtherProcess && query.integer(4) != 0)
            liveness.m_hasOtherDriver = true;
        liveness.m_views.insert(num, view);
    }
    return liveness;
}

bool Liveness::isStale(qint64 worker) const
{
    const OwnerState state = of(worker).state;
    return state == OwnerState::Dead || state == OwnerState::Silent;
}

QByteArray Liveness::liveList() const
{
    QByteArray list = "0";
    for (auto it = m_views.begin(); it != m_views.end(); ++it) {
        if (!isStale(it.key()))
            list += ',' + QByteArray::number(it.key());
    }
    return list;
}

int Liveness::liveCount() const
{
    return int(
        std::ranges::count_if(m_views.keys(), [this](qint64 worker) { return !isStale(worker); }));
}

void showLife(Connection &db, const Judge &judge)
{
    Query(db, "UPDATE workers SET beat_at = ?, beat_mono = max(beat_mono + 1, ?) WHERE num = ?",
          toUnixMs(judge.clock.now()), qint64(judge.clock.monotonic().count()), judge.self)
        .run();
}

qint64 registerWorker(Connection &db, LockFile &locks, const Clock &clock,
                      const WorkerIdentity &worker, bool drivesAll, int slotCount)
{
    QList<qint64> gone;
    {
        Query query(db,
                    "SELECT num FROM workers w WHERE ended = 0 AND NOT EXISTS "
                    "(SELECT 1 FROM tasks t WHERE t.state IN ('pending', 'running', 'suspended') "
                    "AND t.state = 'running' AND t.worker = w.num)");
        while (query.next()) {
            if (!locks.isWorkerHeld(query.integer(0)))
                gone << query.integer(0);
        }
    }
    for (const qint64 num : std::as_const(gone))
        Query(db, "UPDATE workers SET ended = 1 WHERE num = ?", num).run();

    const qint64 now = toUnixMs(clock.now());
    Query(db,
          "INSERT INTO workers (name, host, pid, pid_started, boot_id, started_at, beat_at, "
          "beat_mono, drives_all, version, slots) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          worker.name, worker.host, worker.pid, worker.pidStarted, worker.bootId, now, now,
          qint64(clock.monotonic().count()), drivesAll, worker.version, slotCount)
        .run();
    const qint64 num = db.lastInsertId();
    return locks.holdWorker(num) ? num : 0;
}

} // namespace Kintsugi
