// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/limits.h"

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <stop_token>

namespace Kintsugi {

/*! One run of a stage's command. */
struct CommandSpec
{
    QString stage; //!< For the messages, and KINTSUGI_STAGE when it is not empty.
    QStringList command; //!< Program and arguments, not empty. Without a / it is looked up in PATH.
    QString folder = QStringLiteral("."); //!< Where it runs; its own relative path starts there.
    QMap<QString, QString> env; //!< Set over this program's own environment.
    std::chrono::milliseconds timeout{}; //!< 0 is none.
    /*! Held as long as anything of the command is alive; empty for none. One path a stage. */
    QString lockFile;
    std::chrono::milliseconds lockWait = std::chrono::seconds(30); //!< For an earlier run to end.
    std::chrono::milliseconds grace = std::chrono::seconds(2); //!< From SIGTERM to SIGKILL.
    qsizetype outputLimit = Limits::kResultBytes; //!< Bytes of stdout.
    QString taskId; //!< KINTSUGI_TASK_ID when it is not empty.
    int attempt = 0; //!< KINTSUGI_ATTEMPT when it is 1 or more.
};

/*! How a command ended, and what it left. */
struct CommandOutcome
{
    enum class End {
        Exited, //!< See exitCode.
        Signalled, //!< Somebody else killed it; see signal.
        TimedOut,
        Stopped, //!< By the stop token, also before it was started.
        TooMuchOutput,
        NotStarted, //!< No such program or folder, not executable, no process to be had.
        Locked, //!< An earlier run of the stage did not end within lockWait.
        Lost, //!< Its keeper was killed, how it ended is not known.
    };
    End end = End::NotStarted;
    int exitCode = -1;
    int signal = 0;
    QByteArray output; //!< All of stdout, at most outputLimit.
    QByteArray errorTail; //!< The last 8 KiB of stderr.
    QString message; //!< For people; names the stage. Empty when it worked.

    [[nodiscard]] bool worked() const { return end == End::Exited && exitCode == 0; }
};

/*! Runs one command to its end, with \a input as its stdin, which it need not read.
 *
 *  Thread: any that may wait, one of a pool. When this returns, nothing of the command's process
 * group is alive; after any end but exit code 0 no descendant is, wherever it went. The same holds
 * within moments of this program's death, however it dies. A stop request sends SIGTERM, and
 * SIGKILL after \a spec.grace. The lock file (flock) is taken before the command starts and free
 * again when its last process is gone, so that two runs of one stage never overlap: a rerun after a
 * crash waits for the run before it. keeper.cpp tells how.
 *
 *  Out of reach: what the command asks others to run for it (at, systemd-run, a container
 * daemon), and what it runs as another user (sudo), which is waited for. If this program and the
 * command's keeper are both killed by SIGKILL in one moment, only the command itself dies with
 * them, its children run on.
 */
[[nodiscard]] CommandOutcome runCommand(const CommandSpec &spec, const QByteArray &input,
                                        std::stop_token stop);

} // namespace Kintsugi
