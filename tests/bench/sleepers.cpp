// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What rest costs: N tasks that sleep without a frame and N that sleep with one, the memory of each
// and what an engine with both does when nothing happens. And what a long log costs when its task
// is taken up again.
//
//   bench_sleepers sleepers N FILE | log N FILE
//
// Memory is the resident set after the heap's free pages were given back: what is really gone.

#include "engine/model/gadgetjson.h"
#include "engine/model/jsonwriter.h"
#include "engine/runtime/context.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/whendone.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kParkAfter = 12h;
constexpr auto kParkedSleep = 24h;
constexpr auto kLiveSleep = 6h;
constexpr int kWarmUp = 2000; // Before the first look, so that pools and caches are there.
constexpr int kInFlight = 500;
constexpr auto kIdle = 10s;
constexpr int kEventsInOne = 1000;

[[noreturn]] void die(const QString &what)
{
    std::fprintf(stderr, "bench_sleepers: %s\n", qUtf8Printable(what));
    std::exit(1);
}

/*! A line of /proc/self/status, in KiB. */
qint64 statusOf(QByteArrayView name)
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        die(u"there is no /proc"_s);
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.mid(name.size()).simplified().split(' ').first().toLongLong();
    }
    return 0;
}

qint64 residentBytes()
{
    malloc_trim(0);
    return statusOf("VmRSS:") * 1024;
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return double(time.tv_sec) + double(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/*! Lets time go by: here it is what is measured. */
void idle(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &loop, &QEventLoop::quit);
    timer.start(time);
    loop.exec();
}

/*! Counts how many tasks have reached the place where they rest. */
class Rested
{
public:
    void add(int count) { m_missing += count; }
    void reached() //!< Thread: any.
    {
        if (--m_missing == 0)
            QMetaObject::invokeMethod(&m_loop, &QEventLoop::quit, Qt::QueuedConnection);
    }
    void wait() { m_loop.exec(); }

private:
    std::atomic<int> m_missing = 0;
    QEventLoop m_loop;
};

} // namespace

struct SleepInput
{
    Q_GADGET
    Q_PROPERTY(int run MEMBER run)
    Q_PROPERTY(bool isParked MEMBER isParked)

public:
    int run = 0;
    bool isParked = false;
};

struct LogInput
{
    Q_GADGET
    Q_PROPERTY(int events MEMBER events)

public:
    int events = 0;
};

struct LogEvent
{
    Q_GADGET
    Q_CLASSINFO("event", "line")
    Q_PROPERTY(int number MEMBER number)
    Q_PROPERTY(QString text MEMBER text)

public:
    int number = 0;
    QString text;
};

struct Nothing
{
    Q_GADGET
};

namespace {

constexpr TaskDefinition<SleepInput, Nothing> kSleep{.name = "sleep"};
constexpr TaskDefinition<LogInput, Nothing, LogEvent> kLog{.name = "log"};

Coro<Nothing> sleepTask(Context &ctx, SleepInput input)
{
    const auto delay = input.isParked ? std::chrono::milliseconds(kParkedSleep)
                                      : std::chrono::milliseconds(kLiveSleep);
    co_await ctx.sleep(delay);
    co_return Nothing();
}

/*! Says its events and rests; taken up again, it reads them all and makes one step. */
Coro<QByteArray> logTask(Context &ctx, QJsonObject json, Rested &rested)
{
    const int count = fromJsonObject<LogInput>(json).events;
    if (ctx.isRecovery()) {
        PreviousEvents log = ctx.previousEvents();
        qsizetype seen = 0;
        for (auto page = co_await log.nextPage(); !page.isEmpty(); page = co_await log.nextPage())
            seen += page.size();
        if (seen < count)
            die(u"%1 events of %2 are there"_s.arg(seen).arg(count));
        (void)co_await ctx.step(u"after"_s, []() -> Coro<bool> { co_return true; });
        rested.reached();
    } else {
        for (int said = 0; said < count; said += kEventsInOne) {
            QList<LogEvent> some;
            for (int i = said; i < std::min(count, said + kEventsInOne); ++i)
                some << LogEvent{i, u"the quick brown fox jumps over the lazy dog"_s};
            co_await ctx.emit(some);
        }
        rested.reached();
        co_await ctx.sleep(kLiveSleep);
    }
    co_return "{}"_ba;
}

std::unique_ptr<Engine> open(const QString &store, int tasks, const Registry &registry)
{
    EngineConfig config;
    config.storePath = store;
    config.parkAfter = kParkAfter;
    config.autoRecover = true;
    config.limits.maxRunning = tasks + 2 * kWarmUp;
    auto engine = Engine::open(std::move(config), registry);
    if (!engine)
        die(engine.error().message);
    return std::move(*engine);
}

/*! Starts \a count sleepers, some at a time, and waits until they are all accepted and at rest. */
void putToSleep(Engine &engine, int from, int count, bool isParked)
{
    for (int done = 0; done < count;) {
        std::vector<QFuture<Expected<ActionResult>>> answers;
        for (int i = 0; i < std::min(kInFlight, count - done); ++i) {
            SubmitRequest request;
            request.name = kSleep.name;
            request.input = {{u"run"_s, from + done + i}, {u"isParked"_s, isParked}};
            answers.push_back(engine.submit(std::move(request)));
        }
        for (auto &answer : answers) {
            if (const auto result = answer.result(); !result)
                die(result.error().message);
        }
        done += int(answers.size());
    }
    const auto isAtRest = [&] {
        const auto counts = engine.counts(localUser()).result();
        return !isParked || (counts && counts->running == 0);
    };
    while (!isAtRest())
        idle(50ms);
    idle(1s); // The last answers are read.
}

int measureSleepers(int count, const QString &store)
{
    Registry registry;
    registry.add(kSleep, sleepTask);
    const auto engine = open(store, count, registry);
    const auto each = [count](qint64 before) { return double(residentBytes() - before) / count; };
    int started = 0;
    const auto rest = [&](int some, bool isParked) {
        putToSleep(*engine, started, some, isParked);
        started += some;
    };
    rest(kWarmUp, true);
    qint64 before = residentBytes();
    rest(count, true);
    const double parked = each(before);
    rest(kWarmUp, false);
    before = residentBytes();
    rest(count, false);
    const double live = each(before);
    const double busy = cpuSeconds();
    idle(kIdle);
    const double used = (cpuSeconds() - busy) / double(kIdle.count());
    std::printf(
        "{\"sleepers\":%d,\"parked_bytes\":%.1f,\"live_bytes\":%.1f,\"idle_percent\":%.2f}\n",
        count, parked, live, used * 100);
    std::fflush(stdout);
    _exit(0); // To suspend them all is not what is measured.
}

/*! One of the processes of the measurement of a log. */
int playLog(bool recovers, int count, const QString &store)
{
    Rested rested;
    rested.add(1);
    Registry registry;
    registry.add(RegisteredTask{kLog.info(), [&rested](Context &context, const QJsonObject &input) {
                                    return logTask(context, input, rested);
                                }});
    QElapsedTimer timer;
    timer.start();
    const auto engine = open(store, 1, registry);
    if (!recovers) {
        SubmitRequest request;
        request.name = kLog.name;
        request.input = {{u"events"_s, count}};
        (void)engine->submit(std::move(request));
    }
    rested.wait();
    std::printf("%lld %lld\n", timer.elapsed(), statusOf("VmHWM:"));
    std::fflush(stdout);
    return recovers ? 0 : QCoreApplication::exec(); // Until it is killed.
}

/*! Has a process write a log and be killed, and another take its task up: ms and KiB at most. */
std::pair<qint64, qint64> recoverLog(int count, const QString &store)
{
    const auto play = [&](const QString &part) {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
        process.start(QCoreApplication::applicationFilePath(),
                      {part, QString::number(count), store});
        while (!process.canReadLine()) {
            if (!process.waitForReadyRead(600'000))
                die(u"a process ended too soon"_s);
        }
        const QByteArray line = process.readLine().trimmed();
        process.kill();
        process.waitForFinished();
        return line.split(' ');
    };
    (void)play(u"log-leave"_s);
    const auto figures = play(u"log-recover"_s);
    return {figures.value(0).toLongLong(), figures.value(1).toLongLong()};
}

int measureLog(int count, const QString &store)
{
    const auto half = recoverLog(std::max(1, count / 2), store + u"-half"_s);
    const auto many = recoverLog(count, store);
    std::printf("{\"events\":%d,\"recovered_ms\":%lld,\"most_kib\":%lld,\"growth_kib\":%lld}\n",
                count, many.first, many.second, many.second - half.second);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList words = app.arguments();
    const int count = words.value(2).toInt();
    const QString what = words.value(1);
    const QString store = words.value(3);
    if (words.size() == 4 && count > 0) {
        if (what == "sleepers"_L1)
            return measureSleepers(count, store);
        if (what == "log"_L1)
            return measureLog(count, store);
        if (what == "log-leave"_L1 || what == "log-recover"_L1)
            return playLog(what == "log-recover"_L1, count, store);
    }
    std::fputs("bench_sleepers sleepers N FILE | log N FILE\n", stderr);
    return 2;
}

#include "sleepers.moc"
