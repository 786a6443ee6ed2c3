// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/salesdata.h"

#include "engine/runtime/taskerror.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
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

/*! The sale with number \a i: always the same one. */
QByteArray sale(int i)
{
    const quint32 mixed = quint32(i) * 2654435761U; // Knuth's multiplicative hash
    const QByteArrayView region = kRegions[(mixed >> 7) % kRegions.size()];
    return QByteArray::number(i) + ',' + region + ','
        + QByteArray::number(100 + (mixed >> 12) % 90000) + '\n';
}

/*! Syncs, then renames: the file is there whole or not at all. */
void writeWhole(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    const bool written = QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly)
        && file.write(bytes) == bytes.size() && file.commit();
    if (!written)
        throw TaskError("io"_ba, u"cannot write %1: %2"_s.arg(path, file.errorString()), true);
}

/*! Hands every sale to \a take and gives the digest of all. */
QString readSource(int rows, const Pace &pace, const std::function<void(const QByteArray &)> &take)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (int i = 1; i <= rows; ++i) {
        const QByteArray row = sale(i);
        hash.addData(row);
        take(row);
        if (i % kRowsBetweenLooks == 0)
            pace.throwIfStopped();
    }
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace

QJsonObject extract(int rows, milliseconds atLeast, const std::stop_token &stop)
{
    const Pace pace(atLeast, stop);
    const QString digest = readSource(rows, pace, [](const QByteArray &) {});
    pace.waitForTheRest();
    return {{u"rows"_s, rows}, {u"sha256"_s, digest}};
}

QJsonObject transform(const QJsonObject &extracted, milliseconds atLeast,
                      const std::stop_token &stop)
{
    const Pace pace(atLeast, stop);
    struct Sum
    {
        qint64 sales = 0;
        qint64 cents = 0;
    };
    std::map<QByteArray, Sum> sums;
    const int rows = extracted.value("rows"_L1).toInt();
    const QString digest = readSource(rows, pace, [&sums](const QByteArray &row) {
        const QList<QByteArray> fields = row.trimmed().split(',');
        Sum &sum = sums[fields[1]];
        ++sum.sales;
        sum.cents += fields[2].toLongLong();
    });
    if (digest != extracted.value("sha256"_L1).toString())
        throw TaskError("source_changed"_ba,
                        u"the sales are not those that were extracted; start the task afresh"_s);
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
    writeWhole(folder + "/regions.csv"_L1, table);
    pace.waitForTheRest();
    const QByteArray digest = QCryptographicHash::hash(table, QCryptographicHash::Sha256).toHex();
    return {{u"rows"_s, totals.value("rows"_L1)}, {u"checksum"_s, QString::fromLatin1(digest)}};
}

} // namespace Kintsugi::SalesData
