// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/command.h"

#include "engine/tasks/descriptor.h"
#include "engine/tasks/keeper.h"
#include "engine/tasks/program.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using End = CommandOutcome::End;

constexpr qsizetype kErrorTail = 8 * 1024;
constexpr int kLockPollMs = 10;

/*! Writing into a pipe whose reader is gone is an error here, and no signal. */
class NoPipeSignal
{
public:
    NoPipeSignal()
    {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        m_wasPending = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~NoPipeSignal()
    {
        const timespec atOnce = {};
        if (!m_wasPending)
            while (sigtimedwait(&m_pipe, nullptr, &atOnce) < 0 && errno == EINTR) {}
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    Q_DISABLE_COPY_MOVE(NoPipeSignal)

private:
    sigset_t m_pipe;
    sigset_t m_before;
    bool m_wasPending = false;
};

class Run
{
public:
    Run(const CommandSpec &spec, const QByteArray &input, std::stop_token stop)
        : m_spec(spec)
        , m_input(input)
        , m_stop(std::move(stop))
    {}

    CommandOutcome run()
    {
        if (lock() && start()) {
            pump();
            conclude();
        }
        return std::move(m_outcome);
    }

private:
    /*! False, with the outcome set: the shape of each refusal here. */
    bool refuse(End end, const QString &why)
    {
        m_outcome.end = end;
        m_outcome.message = "stage \"%1\" %2"_L1.arg(m_spec.stage, why);
        return false;
    }
    bool refuseProgram(int error)
    {
        return refuse(
            End::NotStarted,
            "cannot run \"%1\": %2"_L1.arg(m_spec.command.first(), whyNotRun(m_spec, error)));
    }
    bool lock();
    bool start();
    void pump();
    void interrupt(End reason, KeeperOrder order);
    void send(KeeperOrder order) { (void)!write(m_control.get(), &order, 1); }
    void readStatus();
    void readOutput();
    void readErrors();
    void writeInput();
    void conclude();
    void describe();

    const CommandSpec &m_spec;
    const QByteArray &m_input;
    StopSignal m_stop;
    Alarm m_alarm;
    NoPipeSignal m_noPipeSignal;

    Descriptor m_lock;
    Descriptor m_control; //!< Our life: its end is the command's.
    Descriptor m_status;
    Descriptor m_stdin;
    Descriptor m_stdout;
    Descriptor m_stderr;
    pid_t m_keeper = -1;

    qsizetype m_written = 0;
    std::optional<End> m_interrupted; //!< Why we ended it.
    bool m_isKillNext = false;
    std::optional<KeeperReport> m_refusal;
    std::optional<int> m_ended;
    pid_t m_leader = -1;
    CommandOutcome m_outcome;
};

bool Run::lock()
{
    if (m_spec.command.isEmpty() || m_spec.command.first().isEmpty())
        return refuse(End::NotStarted, u"has no command"_s);
    if (m_stop.get() < 0 || m_alarm.get() < 0)
        return refuse(End::NotStarted, "got no descriptors: "_L1 + errorText(errno));
    if (!m_spec.lockFile.isEmpty()) {
        m_lock = Descriptor(open(QFile::encodeName(m_spec.lockFile).constData(),
                                 O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!m_lock.isOpen())
            return refuse(
                End::NotStarted,
                "cannot open its lock file %1: %2"_L1.arg(m_spec.lockFile, errorText(errno)));
    }
    m_alarm.set(std::max(m_spec.lockWait, 1ms));
    std::array<pollfd, 2> news{{{m_stop.get(), POLLIN, 0}, {m_alarm.get(), POLLIN, 0}}};
    int wait = 0;
    while (true) {
        poll(news.data(), news.size(), wait);
        if (news[0].revents != 0)
            return refuse(End::Stopped, u"was stopped before it started"_s);
        if (!m_lock.isOpen() || flock(m_lock.get(), LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return refuse(End::NotStarted,
                          "cannot lock %1: %2"_L1.arg(m_spec.lockFile, errorText(errno)));
        if (news[1].revents != 0)
            return refuse(End::Locked,
                          "waited %1 ms for an earlier run of it to end, which holds %2"_L1.arg(
                              QString::number(m_spec.lockWait.count()), m_spec.lockFile));
        wait = kLockPollMs;
    }
}

bool Run::start()
{
    const QMap<QByteArray, QByteArray> environment = environmentOf(m_spec);
    const QString path =
        QFile::decodeName(environment.value("PATH", "/usr/local/bin:/usr/bin:/bin"));
    const QByteArray program = QFile::encodeName(findProgram(m_spec, path));
    if (program.isEmpty())
        return refuseProgram(ENOENT);
    StringVector arguments;
    for (const QString &argument : m_spec.command)
        arguments.append(argument.toLocal8Bit());
    StringVector variables;
    for (auto it = environment.begin(); it != environment.end(); ++it)
        variables.append(it.key() + '=' + it.value());
    const QByteArray folder = QFile::encodeName(m_spec.folder);
    const QByteArray title = "keeper of stage "_ba + m_spec.stage.toUtf8();
    Pipe in = Pipe::open();
    Pipe out = Pipe::open();
    Pipe errors = Pipe::open();
    Pipe status = Pipe::open();
    Pipe control = Pipe::open();
    if (!in.isOpen() || !out.isOpen() || !errors.isOpen() || !status.isOpen() || !control.isOpen())
        return refuse(End::NotStarted, "got no pipes: "_L1 + errorText(errno));
    for (const Descriptor *ours : {&in.writing, &out.reading, &errors.reading, &status.reading})
        setNonBlocking(*ours);

    m_keeper = startKeeper({.program = program.constData(),
                            .arguments = arguments.data(),
                            .environment = variables.data(),
                            .folder = folder.constData(),
                            .title = title.constData(),
                            .input = in.reading.get(),
                            .output = out.writing.get(),
                            .errors = errors.writing.get(),
                            .status = status.writing.get(),
                            .control = control.reading.get(),
                            .lock = m_lock.get()});
    if (m_keeper < 0)
        return refuse(End::NotStarted, "got no process: "_L1 + errorText(errno));
    m_stdin = std::move(in.writing);
    m_stdout = std::move(out.reading);
    m_stderr = std::move(errors.reading);
    m_status = std::move(status.reading);
    m_control = std::move(control.writing);
    m_lock.close(); // From now on the keeper alone holds it.
    return true;
}

void Run::pump()
{
    if (m_input.isEmpty())
        m_stdin.close();
    m_alarm.set(m_spec.timeout);
    bool isStopHeard = false;
    while (m_status.isOpen()) {
        std::array<pollfd, 6> news{{{isStopHeard ? -1 : m_stop.get(), POLLIN, 0},
                                    {m_alarm.get(), POLLIN, 0},
                                    {m_status.get(), POLLIN, 0},
                                    {m_stdout.get(), POLLIN, 0},
                                    {m_stderr.get(), POLLIN, 0},
                                    {m_stdin.get(), POLLOUT, 0}}};
        if (poll(news.data(), news.size(), -1) < 0)
            continue;
        if (news[5].revents != 0)
            writeInput();
        if (news[3].revents != 0)
            readOutput();
        if (news[4].revents != 0)
            readErrors();
        if (news[2].revents != 0)
            readStatus();
        if (news[0].revents != 0) {
            isStopHeard = true;
            interrupt(End::Stopped, KeeperOrder::Terminate);
        }
        if (news[1].revents != 0) {
            m_alarm.set(0ms);
            if (m_isKillNext)
                send(KeeperOrder::Kill);
            else
                interrupt(End::TimedOut, KeeperOrder::Terminate);
        }
    }
    readOutput(); // What lies in the pipes; a daemon that was left may hold them open.
    readErrors();
}

/*! The first reason counts. */
void Run::interrupt(End reason, KeeperOrder order)
{
    if (m_interrupted)
        return;
    m_interrupted = reason;
    send(order);
    m_isKillNext = true;
    m_alarm.set(order == KeeperOrder::Kill ? 0ms : std::max(m_spec.grace, 1ms));
}

void Run::readStatus()
{
    KeeperReport report;
    ssize_t size = 0;
    while ((size = read(m_status.get(), &report, sizeof report)) == ssize_t(sizeof report)) {
        if (report.kind == KeeperReport::Started)
            m_leader = report.value;
        else if (report.kind == KeeperReport::Ended)
            m_ended = report.value;
        else if (!m_refusal)
            m_refusal = report;
    }
    if (size == 0)
        m_status.close();
}

void Run::readOutput()
{
    std::array<char, 64 * 1024> buffer;
    ssize_t size = 0;
    while (m_stdout.isOpen() && (size = read(m_stdout.get(), buffer.data(), buffer.size())) > 0) {
        const qsizetype room = m_spec.outputLimit - m_outcome.output.size();
        m_outcome.output.append(buffer.data(), std::min(qsizetype(size), room));
        if (size > room) {
            interrupt(End::TooMuchOutput, KeeperOrder::Kill);
            m_stdout.close();
        }
    }
    if (size == 0)
        m_stdout.close();
}

void Run::readErrors()
{
    std::array<char, 64 * 1024> buffer;
    ssize_t size = 0;
    while (m_stderr.isOpen() && (size = read(m_stderr.get(), buffer.data(), buffer.size())) > 0) {
        m_outcome.errorTail.append(buffer.data(), size);
        if (m_outcome.errorTail.size() > kErrorTail)
            m_outcome.errorTail = m_outcome.errorTail.right(kErrorTail);
    }
    if (size == 0)
        m_stderr.close();
}

void Run::writeInput()
{
    const ssize_t size =
        write(m_stdin.get(), m_input.constData() + m_written, size_t(m_input.size() - m_written));
    if (size > 0)
        m_written += size;
    const bool isRefused = size < 0 && errno != EAGAIN && errno != EINTR; // It does not read on.
    if (isRefused || m_written == m_input.size())
        m_stdin.close();
}

void Run::conclude()
{
    if (!m_ended && !m_refusal && m_leader > 0)
        kill(-m_leader, SIGKILL); // The keeper was killed; the leader died with it.
    while (waitpid(m_keeper, nullptr, 0) < 0 && errno == EINTR) {}
    if (m_refusal) {
        m_outcome.output.clear();
        if (m_refusal->kind == KeeperReport::NoFolder)
            refuse(
                End::NotStarted,
                "cannot enter its cwd %1: %2"_L1.arg(m_spec.folder, errorText(m_refusal->value)));
        else if (m_refusal->kind == KeeperReport::NoProcess)
            refuse(End::NotStarted, "got no process: "_L1 + errorText(m_refusal->value));
        else
            refuseProgram(m_refusal->value);
        return;
    }
    if (m_interrupted) {
        m_outcome.end = *m_interrupted;
    } else if (!m_ended) {
        m_outcome.end = End::Lost;
    } else if (WIFSIGNALED(*m_ended)) {
        m_outcome.end = End::Signalled;
        m_outcome.signal = WTERMSIG(*m_ended);
    } else {
        m_outcome.end = End::Exited;
        m_outcome.exitCode = WEXITSTATUS(*m_ended);
    }
    describe();
}

void Run::describe()
{
    if (m_outcome.worked())
        return;
    switch (m_outcome.end) {
    case End::Exited:
        refuse(End::Exited, u"ended with exit code %1"_s.arg(m_outcome.exitCode));
        break;
    case End::Signalled: {
        const char *name = sigabbrev_np(m_outcome.signal);
        refuse(End::Signalled,
               name ? QString("was killed by SIG"_L1 + QLatin1StringView(name))
                    : u"was killed by signal %1"_s.arg(m_outcome.signal));
        break;
    }
    case End::TimedOut:
        refuse(
            End::TimedOut,
            u"took longer than its timeoutMs, %1 ms, and was ended"_s.arg(m_spec.timeout.count()));
        break;
    case End::TooMuchOutput:
        refuse(
            End::TooMuchOutput,
            u"wrote more than %1 bytes to its stdout and was killed; stdout is the stage's result, "
            "write bulk data into files"_s.arg(m_spec.outputLimit));
        return;
    case End::Stopped:
        refuse(End::Stopped, u"was stopped"_s);
        return;
    default:
        refuse(End::Lost, u"was killed together with its keeper"_s);
        break;
    }
    QByteArray tail = m_outcome.errorTail;
    if (tail.size() == kErrorTail) // Cut somewhere: begin with a whole line.
        tail = tail.mid(tail.indexOf('\n') + 1);
    if (const QString text = QString::fromUtf8(tail).trimmed(); !text.isEmpty())
        m_outcome.message += "; its stderr ends with:\n"_L1 + text;
}

} // namespace

CommandOutcome runCommand(const CommandSpec &spec, const QByteArray &input, std::stop_token stop)
{
    return Run(spec, input, std::move(stop)).run();
}

} // namespace Kintsugi
