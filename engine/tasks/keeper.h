// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <sys/types.h>

namespace Kintsugi {

/*! All that the keeper and its command need, laid out before the fork: after it nothing may
 * allocate. The descriptors are 3 or higher, all different, and closed on exec. */
struct KeeperPlan
{
    const char *program = nullptr; //!< A path; relative to \a folder when it does not start with /.
    char *const *arguments = nullptr;
    char *const *environment = nullptr;
    const char *folder = nullptr;
    const char *title = ""; //!< What ps shows for the keeper.
    int input = -1; //!< The command's stdin …
    int output = -1;
    int errors = -1; //!< … and stderr.
    int status = -1; //!< KeeperReports go here.
    int control = -1; //!< KeeperOrders come here; its end is the app's death.
    int lock = -1; //!< Held until the keeper exits, -1 without one.
};

enum class KeeperOrder : char {
    Terminate = 'T', //!< SIGTERM to the command's group.
    Kill = 'K', //!< SIGKILL to all that comes from the command.
};

/*! One message of the keeper, or of the command before its program runs. */
struct KeeperReport
{
    enum Kind : int {
        Started, //!< value: the command's process id, which is its group's, too.
        NoFolder, //!< value: errno of chdir.
        NoProgram, //!< value: errno of execve.
        NoProcess, //!< value: errno of what was needed to start at all.
        Ended, //!< value: as waitpid gives it; nothing of the command is left.
    };
    Kind kind = Ended;
    int value = 0;
};

/*! Forks the keeper: the process that stands between the app and one command, and outlives neither
 * of them for long. Gives its process id, or -1 and errno. keeper.cpp tells how it works.
 *
 *  Thread: any.
 */
[[nodiscard]] pid_t startKeeper(const KeeperPlan &plan);

} // namespace Kintsugi
