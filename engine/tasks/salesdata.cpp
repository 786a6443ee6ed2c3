// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/salesdata.h"

#include "engine/runtime/taskerror.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QSaveFile>

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

namespace Kintsugi::SalesData {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr std::array<QByteArrayView, 5> kRegions{"north", "east", "south", "west", "overseas"};
constexpr int kRowsBetweenLooks = 4096; // How often a body looks whether it shall stop.

/*! Gives a body its least duration; wakes at once when it shall stop. */
class Pace
{
public:
    Pace(milliseconds atLeast, const std::stop_token &stop)
        : m_atLeast(atLeast)
        , m_stop(stop)
    {
        m_since.start();
    }
    void throwIfStopped() const
    {
        if (m_stop.stop_requested())
            throw TaskError("stopped"_ba, u"the stage was asked to stop"_s);
    }
    void waitForTheRest() const
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        wake.wait_for(lock, m_stop, m_atLeast - milliseconds(m_since.elapsed()),
                      [] { return false; });
        throwIfStopped();
    }

private:
    milliseconds m_atLeast;
    std::stop_token m_stop;
    QElapsedTimer m_since;
};

QString salesFile(const QString &folder)
{
    return folder + "/sales.csv"_L1;
}

/*! The sale with number \a i: always the same one. */
QByteArray sale(int i)
{
    const quint32 mixed = quint32(i) * 2654435761U; // Knuth's multiplicative hash
    const QByteArrayView region = kRegions[(mixed >> 7) % kRegions.size()];
    return QByteArray::number(i) + ',' + region + ','
        + QByteArray::number(100 + (mixed >> 12) % 90000) + '\n';
}

void writeWhole(const QString &folder, const QString &path,
                const std::function<void(QSaveFile &)> &fill)
{
    QSaveFile file(path);
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly))
        throw TaskError("io"_ba, u"cannot write %1: %2"_s.arg(path, file.errorString()), true);
    fill(file);
    if (!file.commit()) // Syncs, then renames: the file is there whole or not at all.
        throw TaskError("io"_ba, u"cannot write %1: %2"_s.arg(path, file.errorString()), true);
}

} // namespace

QJsonObject extract(int rows, const QString &folder, milliseconds atLeast,
                    const std::stop_token &stop)
{
    const Pace pace(atLeast, stop);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    writeWhole(folder, salesFile(folder), [&](QSaveFile &file) {
        for (int i = 1; i <= rows; ++i) {
            const QByteArray row = sale(i);
            hash.addData(row);
            file.write(row);
            if (i % kRowsBetweenLooks == 0)
                pace.throwIfStopped();
        }
    });
    pace.waitForTheRest();
    return {{u"rows"_s, rows}, {u"sha256"_s, QString::fromLatin1(hash.result().toHex())}};
}

QJsonObject transform(const QJsonObject &extracted, const QString &folder, milliseconds atLeast,
                      const std::stop_token &stop)
{
    const Pace pace(atLeast, stop);
    QFile file(salesFile(folder));
    if (!file.open(QIODevice::ReadOnly))
        throw TaskError(
            "sales_lost"_ba,
            u"the extracted sales in %1 are gone; start the task afresh"_s.arg(file.fileName()));
    struct Sum
    {
        qint64 sales = 0;
        qint64 cents = 0;
    };
    std::map<QByteArray, Sum> sums;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    int rows = 0;
    while (!file.atEnd()) {
        const QByteArray row = file.readLine();
        hash.addData(row);
        const QList<QByteArray> fields = row.trimmed().split(',');
        if (fields.size() == 3) {
            Sum &sum = sums[fields[1]];
            ++sum.sales;
            sum.cents += fields[2].toLongLong();
        }
        if (++rows % kRowsBetweenLooks == 0)
            pace.throwIfStopped();
    }
    if (QString::fromLatin1(hash.result().toHex()) != extracted.value("sha256"_L1).toString())
        throw TaskError(
            "sales_changed"_ba,
            u"the extracted sales in %1 are not what extract wrote; start the task afresh"_s.arg(
                file.fileName()));
    QJsonObject regions;
    for (const auto &[name, sum] : sums)
        regions.insert(QString::fromLatin1(name),
                       QJsonObject{{u"sales"_s, sum.sales}, {u"cents"_s, sum.cents}});
    pace.waitForTheRest();
    return {{u"rows"_s, rows}, {u"regions"_s, regions}};
}

QJsonObject load(const QJsonObject &totals, const QString &folder, milliseconds atLeast,
                 const std::stop_token &stop)
{
    const Pace pace(atLeast, stop);
    QByteArray table = "region,sales,cents\n";
    const QJsonObject regions = totals.value("regions"_L1).toObject();
    for (auto it = regions.begin(); it != regions.end(); ++it) {
        const QJsonObject sum = it.value().toObject();
        table += it.key().toLatin1() + ',' + QByteArray::number(sum.value("sales"_L1).toInteger())
            + ',' + QByteArray::number(sum.value("cents"_L1).toInteger()) + '\n';
    }
    writeWhole(folder, folder + "/regions.csv"_L1,
               [&table](QSaveFile &file) { file.write(table); });
    pace.waitForTheRest();
    QFile::remove(
        salesFile(folder)); // Not needed again: a rerun of this stage begins from the totals.
    const QByteArray digest = QCryptographicHash::hash(table, QCryptographicHash::Sha256).toHex();
    return {{u"rows"_s, totals.value("rows"_L1)}, {u"checksum"_s, QString::fromLatin1(digest)}};
}

} // namespace Kintsugi::SalesData
