// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/host/exitsignals.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace Kintsugi {

namespace {

constexpr int kInterrupted = 130;

volatile std::sig_atomic_t writeEnd =
    -1; // For the handler, which may use nothing but write and _exit.
volatile std::sig_atomic_t received = 0;

extern "C" void onExitSignal(int number)
{
    if (received != 0)
        _exit(kInterrupted);
    received = number;
    const char byte = char(number);
    (void)!write(int(writeEnd), &byte, 1);
}

} // namespace

ExitSignals::ExitSignals(QObject *parent)
    : QObject(parent)
{
    if (pipe2(m_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    writeEnd = m_fds[1];
    m_notifier = new QSocketNotifier(m_fds[0], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        char number = 0;
        if (read(m_fds[0], &number, 1) == 1)
            Q_EMIT requested(int(number));
    });
    struct sigaction action = {};
    action.sa_handler = onExitSignal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool ExitSignals::wasRequested()
{
    return received != 0;
}

ExitSignals::~ExitSignals()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    close(m_fds[0]);
    close(m_fds[1]);
}

} // namespace Kintsugi
