// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/stageprinter.h"

#include "app/cli/output.h"
#include "engine/model/canonicaljson.h"
#include "engine/model/clock.h"
#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QJsonObject>

#include <cstdio>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;
using Output::Tone;

namespace {

constexpr auto kProgressInterval = 200ms;
constexpr qsizetype kLongestName = 40;

bool hasTerminal()
{
    static const bool has =
        isatty(STDERR_FILENO) && isatty(STDOUT_FILENO) && qEnvironmentVariable("TERM") != u"dumb"_s;
    return has;
}

QString seconds(qint64 ms)
{
    return u"%1 s"_s.arg(double(ms) / 1000, 0, 'f', 3);
}

} // namespace

StagePrinter::StagePrinter(int stages, int firstAttempt)
    : m_stages(stages)
    , m_firstAttempt(firstAttempt)
{
    connect(&m_timer, &QTimer::timeout, this, &StagePrinter::showProgress);
    if (hasTerminal())
        m_timer.start(kProgressInterval);
}

StagePrinter::~StagePrinter()
{
    hideProgress();
}

bool StagePrinter::print(const QByteArray &json)
{
    const QJsonValue event = parseJson(json).value_or(QJsonValue());
    if (event["attempt"_L1].toInt() < m_firstAttempt)
        return true;
    const QString line = lineFor(event["type"_L1].toString(), event["payload"_L1].toObject());
    if (line.isEmpty())
        return true;
    hideProgress();
    return Output::line(line);
}

QString StagePrinter::lineFor(const QString &type, const QJsonObject &payload)
{
    const QString stage = Output::harmless(payload.value("stage"_L1).toString());
    const auto row = [this](const QString &sign, const QString &name, const QString &rest,
                            Tone tone) {
        m_width = std::max(m_width, std::min(kLongestName, name.size()));
        return u"%1 %2  %3"_s.arg(Output::toned(sign, tone), name.leftJustified(m_width),
                                  Output::toned(rest, tone == Tone::Good ? Tone::Plain : tone));
    };
    const auto messageOf = [&payload] {
        return Output::harmless(payload.value("error"_L1)["message"_L1].toString().simplified());
    };
    if (type == "stage_started"_L1) {
        m_running.insert(stage, SystemClock().monotonic());
        m_order << stage;
        return {};
    }
    if (type == "stage_done"_L1) {
        ++m_done;
        m_running.remove(stage);
        m_order.removeAll(stage);
        const QString took = seconds(payload.value("durationMs"_L1).toInteger());
        return payload.value("fromCache"_L1).toBool()
            ? row(u"◆"_s, stage, u"from cache (%1 then)"_s.arg(took), Tone::Gold)
            : row(u"✓"_s, stage, took, Tone::Good);
    }
    if (type == "step_retry"_L1)
        return row(u"↻"_s, Output::harmless(payload.value("step"_L1).toString()),
                   u"try %1 in %2: %3"_s.arg(payload.value("attempt"_L1).toInt())
                       .arg(seconds(payload.value("delayMs"_L1).toInteger()), messageOf()),
                   Tone::Busy);
    if (type == "recovered"_L1) {
        const QStringList cached = payload.value("cachedStages"_L1).toVariant().toStringList();
        return Output::toned(cached.isEmpty() ? u"goes on after a break; no stage was done"_s
                                              : u"goes on after a break; done already: "_s
                                     + Output::harmless(cached.join(u", "_s)),
                             Tone::Gold);
    }
    if (type == "completed"_L1)
        return Output::toned(u"done  "_s, Tone::Good)
            + Output::harmless(
                   QString::fromUtf8(toCompactJson(payload.value("result"_L1)["results"_L1])));
    if (type == "failed"_L1)
        return row(u"✗"_s,
                   Output::harmless(payload.value("error"_L1)["step"_L1].toString(u"failed"_s)),
                   messageOf(), Tone::Bad);
    if (type == "cancelled"_L1 || type == "suspended"_L1 || type == "stop_requested"_L1) {
        const QString reason = Output::harmless(payload.value("reason"_L1).toString());
        return Output::toned(type.section(u'_', 0, 0)
                                 + (reason.isEmpty() ? QString() : u": "_s + reason),
                             Tone::Dim);
    }
    return {};
}

void StagePrinter::showProgress()
{
    if (m_order.isEmpty()) {
        hideProgress();
        return;
    }
    QStringList now;
    for (const QString &stage : std::as_const(m_order)) {
        const auto since =
            duration_cast<milliseconds>(SystemClock().monotonic() - m_running[stage]);
        now << u"%1 %2 s"_s.arg(stage.left(kLongestName))
                   .arg(double(since.count()) / 1000, 0, 'f', 1);
    }
    const QString line =
        u"%1 of %2 done, running: %3"_s.arg(m_done).arg(m_stages).arg(now.join(u", "_s));
    std::fprintf(stderr, "\r\x1b[K%s", line.left(100).toUtf8().constData());
    std::fflush(stderr);
    m_isShown = true;
}

void StagePrinter::hideProgress()
{
    if (!std::exchange(m_isShown, false))
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
}

} // namespace Kintsugi
