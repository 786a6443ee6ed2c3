// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/timescale.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kShortest = 10ms;
constexpr milliseconds kLongest = std::chrono::years(10);
constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr auto kSteps = std::to_array<qint64>({1,
                                               2,
                                               5,
                                               10,
                                               20,
                                               50,
                                               100,
                                               200,
                                               500,
                                               kSecond,
                                               2 * kSecond,
                                               5 * kSecond,
                                               10 * kSecond,
                                               15 * kSecond,
                                               30 * kSecond,
                                               kMinute,
                                               2 * kMinute,
                                               5 * kMinute,
                                               10 * kMinute,
                                               15 * kMinute,
                                               30 * kMinute,
                                               kHour,
                                               2 * kHour,
                                               6 * kHour,
                                               12 * kHour,
                                               kDay,
                                               2 * kDay,
                                               7 * kDay,
                                               28 * kDay,
                                               91 * kDay,
                                               365 * kDay});

QString sinceStart(qint64 ms, qint64 step)
{
    const auto words = [](const char *text) { return QCoreApplication::translate("Axis", text); };
    if (ms < kMinute || step < kSecond) {
        const int digits = step >= kSecond ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
        return words(QT_TRANSLATE_NOOP("Axis", "+%1 s"))
            .arg(QString::number(double(ms) / double(kSecond), 'f', digits));
    }
    if (ms < kHour) {
        const qint64 rest = ms % kMinute / kSecond;
        return rest == 0
            ? words(QT_TRANSLATE_NOOP("Axis", "+%1 min")).arg(ms / kMinute)
            : words(QT_TRANSLATE_NOOP("Axis", "+%1 min %2 s")).arg(ms / kMinute).arg(rest);
    }
    if (ms < kDay) {
        const qint64 rest = ms % kHour / kMinute;
        return rest == 0
            ? words(QT_TRANSLATE_NOOP("Axis", "+%1 h")).arg(ms / kHour)
            : words(QT_TRANSLATE_NOOP("Axis", "+%1 h %2 min")).arg(ms / kHour).arg(rest);
    }
    const qint64 rest = ms % kDay / kHour;
    return rest == 0 ? words(QT_TRANSLATE_NOOP("Axis", "+%1 d")).arg(ms / kDay)
                     : words(QT_TRANSLATE_NOOP("Axis", "+%1 d %2 h")).arg(ms / kDay).arg(rest);
}

} // namespace

TimeWindow TimeWindow::zoomed(double factor, Timestamp pivot) const
{
    const double wanted = double(length().count()) * factor;
    const double bounded = std::clamp(wanted, double(kShortest.count()), double(kLongest.count()));
    const double part =
        double((pivot - from).count()) / double(std::max<qint64>(1, length().count()));
    const Timestamp begin = pivot - milliseconds(qint64(std::llround(part * bounded)));
    return {begin, begin + milliseconds(qint64(std::llround(bounded)))};
}

TimeScale::TimeScale(const TimeWindow &window, double left, double right)
    : m_window(window)
    , m_left(left)
    , m_right(std::max(left + 1, right))
    , m_perMs((m_right - m_left) / double(std::max<qint64>(1, window.length().count())))
{}

double TimeScale::x(Timestamp at) const
{
    return m_left + double((at - m_window.from).count()) * m_perMs;
}

Timestamp TimeScale::at(double x) const
{
    return m_window.from + milliseconds(qint64(std::llround((x - m_left) / m_perMs)));
}

QList<AxisMark> axisMarks(const TimeScale &scale, Timestamp origin, double apart)
{
    const auto fits = [&](qint64 step) { return double(step) * scale.perMs() >= apart; };
    const auto *found = std::ranges::find_if(kSteps, fits);
    const qint64 step = found == kSteps.end() ? kSteps.back() : *found;
    QList<AxisMark> marks;
    const qint64 before = (scale.window().from - origin).count();
    for (qint64 ms = before <= 0 ? 0 : (before + step - 1) / step * step;; ms += step) {
        const Timestamp at = origin + milliseconds(ms);
        if (at > scale.window().to || marks.size() > 1000)
            return marks;
        const QString label = ms == 0
            ? QDateTime::fromMSecsSinceEpoch(toUnixMs(at)).toString(u"HH:mm:ss"_s)
            : sinceStart(ms, step);
        marks.append({scale.x(at), label});
    }
}

} // namespace Kintsugi
