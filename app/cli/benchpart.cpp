// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchpart.h"

#include <QCoreApplication>

#include <csignal>
#include <sys/prctl.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr auto kPatience = 10min; // For a process that says nothing.
} // namespace

BenchPart::BenchPart(const QString &part, const QStringList &options, const Clock &clock)
    : m_clock(clock)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_startedAt = clock.monotonic();
    m_process.start(QCoreApplication::applicationFilePath(),
                    QStringList{u"bench"_s, u"--part"_s, part} + options);
}

BenchPart::~BenchPart()
{
    kill();
}

Expected<QByteArray> BenchPart::line()
{
    const Monotonic until = m_clock.monotonic() + kPatience;
    while (!m_process.canReadLine()) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - m_clock.monotonic());
        if (!m_process.waitForReadyRead(int(std::max(left, 0ms).count())))
            return failure(
                ErrorCode::Internal,
                u"a process of the bench ended too soon: %1"_s.arg(m_process.errorString()));
    }
    return m_process.readLine();
}

void BenchPart::kill()
{
    m_process.kill(); // SIGKILL
    m_process.waitForFinished();
}

} // namespace Kintsugi
