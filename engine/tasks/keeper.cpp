// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

/* A command must not run on when the app is gone: its rerun would meet it. Nobody tells a process
 * that its parent was killed by SIGKILL (PR_SET_PDEATHSIG fires when the parent's *thread* ends,
 * and reaches one process, not its children). So a small process of our own stands between:
 *
 *      app ──control──▶ keeper ──▶ command (leader of a process group) ──▶ its children …
 *       ▲───status───────┘
 *
 * The app alone holds the writing end of `control`. When the app dies, however it dies, the kernel
 * closes that end, the keeper reads the end of the pipe, and kills all that comes from the command.
 * What the app's own stop, timeout or flood of output leads to is the same, by an order.
 *
 * "All that comes from the command" is its process group, and whatever left the group: the keeper
 * is a subreaper, so a process whose parent dies becomes the keeper's child. Killing one's children
 * and reaping them until there are none left ends every descendant, daemons too. Process ids cannot
 * be mixed up on the way: the group is only signalled while its leader is not yet reaped, and a
 * child's id is its own until we reap it.
 *
 * A command that ends with 0 may leave a daemon behind (a session or group of its own); what it
 * left in its group is killed. After any other end nothing may be left, for a rerun can follow.
 *
 * The keeper inherits the lock of the stage with the open file description, the app closes its
 * copy, the command never gets one. So the lock is free when the keeper has exited: after all of
 * the above. Who holds the lock knows that no earlier run of the stage is alive.
 *
 * The keeper is in a session of its own, with all signals blocked and a title without the app's
 * name, so that Ctrl+C, a hangup or a kill by the app's name or group do not hit both at once.
 * Should the keeper itself be killed, PR_SET_PDEATHSIG ends the command's leader, and the app,
 * which sees the end of `status`, its group.
 *
 * The keeper is forked from a program with threads and does not exec, so it may only use what is
 * safe in a signal handler: system calls on memory that is there. */

#include "engine/tasks/keeper.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace Kintsugi {

namespace {

/*! Where the kernel reads the command line of this process; empty when it would not say. */
struct TitleSpace
{
    char *begin = nullptr;
    size_t size = 0;
};

/*! Fields 48 and 49 of /proc/self/stat, counted from behind the program's name, which may hold
 * spaces. */
TitleSpace findTitleSpace()
{
    std::array<char, 2048> text{};
    const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    const ssize_t size = file < 0 ? -1 : read(file, text.data(), text.size() - 1);
    if (file >= 0)
        close(file);
    const char *at = size > 0 ? std::strrchr(text.data(), ')') : nullptr;
    for (int field = 2; at && field < 48; ++field)
        at = std::strchr(at + 1, ' ');
    char *next = nullptr;
    const uintptr_t begin = at ? std::strtoul(at, &next, 10) : 0;
    const uintptr_t end = next ? std::strtoul(next, nullptr, 10) : 0;
    if (begin == 0 || end <= begin)
        return {};
    return {reinterpret_cast<char *>(begin), end - begin};
}

void setTitle(const TitleSpace &space, const char *title)
{
    prctl(PR_SET_NAME, "stage-keeper");
    if (space.size == 0)
        return;
    std::memset(space.begin, 0, space.size);
    std::strncpy(space.begin, title, space.size - 1);
}

void report(int status, KeeperReport::Kind kind, int value)
{
    const KeeperReport message{kind, value};
    while (write(status, &message, sizeof message) < 0 && errno == EINTR) {}
}

void closeRange(int first, int last)
{
    if (first > last || close_range(unsigned(first), unsigned(last), 0) == 0)
        return;
    for (int fd = first; fd <= last && fd < 65'536; ++fd) // A kernel before 5.9.
        close(fd);
}

void closeAllBut(std::array<int, 6> keep)
{
    for (size_t i = 1; i < keep.size(); ++i) {
        for (size_t j = i; j > 0 && keep[j] < keep[j - 1]; --j)
            std::swap(keep[j], keep[j - 1]);
    }
    int next = 0;
    for (const int fd : keep) {
        closeRange(next, fd - 1);
        next = fd < next ? next : fd + 1;
    }
    closeRange(next, 0x7fffffff);
}

[[noreturn]] void becomeCommand(const KeeperPlan &plan, pid_t keeper)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(127);
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        sigaction(number, &standard, nullptr);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(plan.input, STDIN_FILENO); // The copies stay open over exec, the rest is closed by it.
    dup2(plan.output, STDOUT_FILENO);
    dup2(plan.errors, STDERR_FILENO);
    if (chdir(plan.folder) != 0) {
        report(plan.status, KeeperReport::NoFolder, errno);
        _exit(127);
    }
    execve(plan.program, plan.arguments, plan.environment);
    report(plan.status, KeeperReport::NoProgram, errno);
    _exit(127);
}

/*! fork() without the handlers of others, which are no business of the keeper's. ThreadSanitizer
 * has to see a fork: it is in no state to go on in the child if it was busy just then. */
pid_t forkAlone()
{
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return fork();
#endif
#endif
    return _Fork();
}

/*! Sends SIGKILL to each of our children. False when the kernel does not list them. */
bool killChildren()
{
    const int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    std::array<char, 4096> text{};
    pid_t child = 0;
    while (true) {
        const ssize_t size = read(file, text.data(), text.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        for (ssize_t i = 0; i < size; ++i) {
            const char c = text[size_t(i)];
            if (c >= '0' && c <= '9') {
                child = child * 10 + (c - '0');
            } else if (child > 0) {
                kill(child, SIGKILL);
                child = 0;
            }
        }
    }
    close(file);
    return true;
}

/*! The command that is kept, and what is known of it. */
class Keeper
{
public:
    Keeper(int control, int signals, pid_t leader)
        : m_control(control)
        , m_signals(signals)
        , m_leader(leader)
    {}

    /*! Gives the leader's status when nothing of the command is left. */
    int run()
    {
        while (!isOver())
            awaitNews();
        if (!m_isLeaderReaped)
            kill(-m_leader, SIGKILL);
        if (m_order == 0 && hasSucceeded())
            while (reap(-m_leader, 0)) {}
        else
            endAll();
        return m_status;
    }

private:
    [[nodiscard]] bool isOver()
    {
        if (m_order == char(KeeperOrder::Kill))
            return true;
        if (m_order == 0)
            return hasLeaderEnded();
        // Asked to end itself, the rest of the group may take its time too, until the next order.
        while (reap(-1, WNOHANG)) {}
        return m_isLeaderReaped && kill(-m_leader, 0) != 0 && errno == ESRCH;
    }

    /*! Reaps whoever was left to us; the leader stays, so that its id remains its own. */
    [[nodiscard]] bool hasLeaderEnded()
    {
        while (true) {
            siginfo_t info = {};
            if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
                return false;
            if (info.si_pid == m_leader)
                return true;
            waitpid(info.si_pid, nullptr, 0);
        }
    }

    [[nodiscard]] bool hasSucceeded() const
    {
        siginfo_t info = {};
        waitid(P_PID, id_t(m_leader), &info, WEXITED | WNOHANG | WNOWAIT);
        return info.si_pid == m_leader && info.si_code == CLD_EXITED && info.si_status == 0;
    }

    /*! False when there is nobody (left) to reap. */
    bool reap(pid_t whom, int options)
    {
        int status = 0;
        pid_t gone = 0;
        do {
            gone = waitpid(whom, &status, options);
        } while (gone < 0 && errno == EINTR);
        if (gone == m_leader) {
            m_isLeaderReaped = true;
            m_status = status;
        }
        return gone > 0;
    }

    void endAll()
    {
        // A killed process leaves its children to us: look again after each.
        while (true) {
            const bool listed = killChildren();
            if (!reap(listed ? -1 : -m_leader, 0))
                return;
        }
    }

    void awaitNews()
    {
        std::array<pollfd, 2> news{{{m_control, POLLIN, 0}, {m_signals, POLLIN, 0}}};
        if (poll(news.data(), news.size(), -1) < 0)
            return;
        if (news[1].revents != 0) {
            signalfd_siginfo info;
            while (read(m_signals, &info, sizeof info) > 0) {}
        }
        if (news[0].revents != 0)
            takeOrder();
    }

    void takeOrder()
    {
        char order = 0;
        const ssize_t size = read(m_control, &order, 1);
        if (size < 0 && errno == EINTR)
            return;
        if (size != 1)
            order = char(KeeperOrder::Kill); // The app is gone.
        m_order = order;
        if (order == char(KeeperOrder::Terminate)) {
            kill(-m_leader, SIGTERM);
            kill(-m_leader, SIGCONT); // One that was halted hears it now.
        }
    }

    int m_control;
    int m_signals;
    pid_t m_leader;
    char m_order = 0;
    bool m_isLeaderReaped = false;
    int m_status = 0;
};

[[noreturn]] void keep(const KeeperPlan &plan, const TitleSpace &space)
{
    closeAllBut({plan.input, plan.output, plan.errors, plan.status, plan.control,
                 plan.lock < 0 ? plan.control : plan.lock});
    setsid();
    setTitle(space, plan.title);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &standard, nullptr); // Ignored, it would reap for us.
    sigset_t childEnds;
    sigemptyset(&childEnds);
    sigaddset(&childEnds, SIGCHLD);
    const int signals = signalfd(-1, &childEnds, SFD_CLOEXEC | SFD_NONBLOCK);
    const pid_t self = getpid();
    const pid_t leader = signals < 0 ? -1 : forkAlone();
    if (leader == 0)
        becomeCommand(plan, self);
    if (leader < 0) {
        report(plan.status, KeeperReport::NoProcess, errno);
        _exit(1);
    }
    setpgid(leader, leader); // Both do it: the group is there whoever comes first.
    close(plan.input);
    close(plan.output);
    close(plan.errors);
    report(plan.status, KeeperReport::Started, leader);
    report(plan.status, KeeperReport::Ended, Keeper(plan.control, signals, leader).run());
    _exit(0);
}

} // namespace

pid_t startKeeper(const KeeperPlan &plan)
{
    static const TitleSpace space = findTitleSpace();
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // The app's handlers must not run in the keeper.
    const pid_t keeper = forkAlone();
    if (keeper == 0)
        keep(plan, space);
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return keeper;
}

} // namespace Kintsugi
