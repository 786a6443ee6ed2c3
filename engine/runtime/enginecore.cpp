// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/enginecore.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/handover.h"

#include <QDir>
#include <QJsonObject>
#include <QLoggingCategory>

#include <thread>

Q_LOGGING_CATEGORY(lcEngine, "kintsugi.runtime")

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr int kDefaultStepThreads = 32; // Bodies wait on disks and programs more than they compute.
constexpr int kClaimsPerScan = 500;
constexpr int kLookOut = 10'000; // Yields: a millisecond or two.
/* Fewer are not worth it while somebody follows: a task that says one thing after the other would
 * burn a core for as long as the disk takes for each, and those who read it need that core. */
constexpr size_t kMany = 8;
constexpr int kTurnsInARow = 10; // Then other events have theirs.
constexpr auto kBeforeReadingAgain = 500ms; // Of a store that cannot be read now.
} // namespace

EngineCore::EngineCore(EngineConfig config, Registry registry)
    : m_config(std::move(config))
    , m_registry(std::move(registry))
    , m_timers(*m_config.clock, this)
    , m_mailbox(std::make_shared<Mailbox>(this,
                                          [this] {
                                              const Store::Together writes(m_store.get());
                                              m_mailbox->run();
                                          }))
    , m_pool(new QThreadPool)
{
    m_pool->setMaxThreadCount(m_config.stepThreads > 0 ? m_config.stepThreads
                                                       : kDefaultStepThreads);
}

EngineCore::~EngineCore()
{
    m_mailbox->close();
    m_attempts.clear();
    m_store.reset();
    if (m_pool->waitForDone(200))
        delete m_pool;
    else
        qCWarning(lcEngine) << "a step's body did not listen to its stop token and is left behind";
}

Expected<void> EngineCore::open()
{
    StoreConfig config{.path = m_config.storePath,
                       .staleAfter = m_config.staleAfter,
                       .foreignPollInterval = m_config.foreignPollInterval,
                       .drivesAll = m_config.drivesAll,
                       .drivable = {},
                       .limits = m_config.limits};
    for (const DefinitionInfo &definition : m_registry.definitions())
        config.drivable.insert(definition.name,
                               QList<int>{definition.version} + definition.compatibleVersions);
    auto store = Store::open(config, *m_config.clock,
                             [this](CommittedBatch batch) { deliver(std::move(batch)); });
    if (!store)
        return std::unexpected(store.error());
    m_store = std::move(*store);
    m_services.emplace(AttemptServices{*m_store, m_timers, m_config.clock, *m_pool, m_mailbox,
                                       m_config.stopGrace, m_config.parkAfter,
                                       m_config.transactionLimit, m_config.faults});
    return {};
}

void EngineCore::begin()
{
    scheduleBeat();
    if (m_config.drivesAll) {
        scan();
        scheduleScan();
        armNextWake();
    }
}

void EngineCore::deliver(CommittedBatch batch)
{
    bool isFirst = false;
    {
        const std::scoped_lock lock(m_deliveryMutex);
        isFirst = m_deliveries.empty();
        m_deliveries.push_back(std::move(batch));
        m_hasDelivery = true;
    }
    if (isFirst) // Those before it have rung already.
        QMetaObject::invokeMethod(this, handedOver([this] { takeDeliveries(); }),
                                  Qt::QueuedConnection);
}

void EngineCore::takeDeliveries()
{
    // What is answered now is often followed by a write that comes back in less time than it takes
    // to sleep and to be woken: so look out for it, but let the other events have their turn.
    for (int turn = 0; turn < kTurnsInARow; ++turn) {
        std::vector<CommittedBatch> batches;
        {
            const std::scoped_lock lock(m_deliveryMutex);
            batches.swap(m_deliveries);
            m_hasDelivery = false;
        }
        if (batches.empty())
            return;
        size_t answered = 0;
        for (CommittedBatch &batch : batches) {
            committed(batch);
            answered += batch.jobs.size();
        }
        batches.clear(); // While the next one is written, and not once it waits.
        const bool isWorthIt = answered >= kMany || !m_hub.isFollowed();
        if (!isWorthIt || !lookOut())
            return;
    }
}

bool EngineCore::lookOut() const
{
    for (int i = 0; i < kLookOut && m_store && m_store->answersSoon(); ++i) {
        if (m_hasDelivery)
            return true;
        std::this_thread::yield();
    }
    return m_hasDelivery;
}

void EngineCore::committed(CommittedBatch &batch)
{
    // First everybody who follows, then the callers, then what the events mean for attempts: a
    // claim in this batch has made its attempt by then.
    m_hub.publish(batch.events, batch.changed);
    const Store::Together writes(m_store.get()); // What goes on now writes again, and is one batch.
    for (const auto &job : batch.jobs)
        job->answer();
    bool hasSignal = false;
    for (const Event &event : std::as_const(batch.events)) {
        react(event);
        hasSignal = hasSignal || event.type == EventTypes::kSignalReceived;
    }
    if (hasSignal) // Perhaps for one that is parked.
        claimReady();
    for (const auto &[id, reason] : std::as_const(batch.suspends))
        suspend(id, reason);
}

void EngineCore::react(const Event &event)
{
    const auto found = m_attempts.find(event.task.bytes());
    if (found == m_attempts.end())
        return;
    Attempt &attempt = *found->second;
    if (event.attempt > attempt.task().attempt) {
        qCWarning(lcEngine).noquote()
            << "task" << event.task.toString() << "was taken over by another worker";
        attemptEnded(event.task, attempt.fence().epoch);
    } else if (event.type == EventTypes::kStopRequested && event.seq > attempt.task().lastSeq) {
        const QJsonObject payload = parseJson(event.payload).value_or(QJsonValue()).toObject();
        attempt.stop(payload.value("reason"_L1).toString());
    } else if (event.type == EventTypes::kSignalReceived && event.seq > attempt.task().lastSeq) {
        attempt.signalArrived();
    }
}

void EngineCore::accepted(const SubmitResult &done)
{
    const Task &task = done.task;
    if (done.claim) {
        drive(*done.claim);
    } else if (task.wakeAt || task.state == TaskState::Suspended) {
        if (!m_config.drivesAll)
            m_own << done.num;
        if (task.wakeAt)
            armWake(*task.wakeAt);
    } else if (task.state == TaskState::Pending) {
        m_hasWaiting = true;
    }
}

void EngineCore::drive(const Claim &claim)
{
    const RegisteredTask *definition = m_registry.find(claim.task.name);
    if (!definition || m_isShutDown) {
        m_store->admission().giveSlot(claim.task.user);
        return; // Left as after a crash: whoever can will take it up.
    }
    const TaskId id = claim.fence.id;
    const Epoch epoch = claim.fence.epoch;
    auto attempt = std::make_unique<Attempt>(
        *m_services, claim, *definition,
        [this, id, epoch](const Attempt::Ending &ending) { attemptEnded(id, epoch, ending); });
    Attempt &started = *attempt;
    m_own.remove(claim.fence.num);
    if (const auto old = m_attempts.find(id.bytes()); old != m_attempts.end())
        letGo(old); // Fenced by this claim.
    m_attempts.emplace(id.bytes(), std::move(attempt));
    m_drivenCount = int(m_attempts.size());
    if (m_isClosing)
        started.suspend(u"shutdown"_s, true);
    if (started.strikes(FaultPoint::ClaimAfterCommit))
        return;
    if (started.isFirstDriving()) {
        started.start({}, {});
        return;
    }
    recall(claim.fence);
}

void EngineCore::recall(const Fence &fence)
{
    struct Past
    {
        QList<StepRecord> steps;
        QList<StepRuns> runs;
    };
    m_store->read(
        [num = fence.num](Reader &reader) -> Expected<Past> {
            auto steps = reader.steps(num);
            auto runs = reader.stepRuns(num);
            if (!steps || !runs)
                return std::unexpected(steps ? runs.error() : steps.error());
            return Past{std::move(*steps), std::move(*runs)};
        },
        [this, fence, mailbox = m_mailbox](const Expected<Past> &past) {
            mailbox->post([this, fence, past] {
                const auto mine = [this, fence] {
                    const auto found = m_attempts.find(fence.id.bytes());
                    const bool isThere = found != m_attempts.end()
                        && found->second->fence().epoch == fence.epoch
                        && found->second->phase() == Attempt::Phase::Loading;
                    return isThere ? found->second.get() : nullptr;
                };
                if (Attempt *attempt = mine(); attempt && past)
                    attempt->start(past->steps, past->runs);
                else if (attempt) // It is ours: nobody else would take it up.
                    m_timers.after(kBeforeReadingAgain, [this, fence, mine] {
                        if (mine())
                            recall(fence);
                    });
            });
        });
}

void EngineCore::attemptEnded(const TaskId &id, Epoch epoch, const Attempt::Ending &ending)
{
    const auto found = m_attempts.find(id.bytes());
    if (found == m_attempts.end() || found->second->fence().epoch != epoch)
        return;
    if (ending.isDropped) {
        drop(found, {});
        return;
    }
    if (ending.rests && !m_config.drivesAll)
        m_own << found->second->fence().num;
    letGo(found);
    if (ending.wakeAt)
        armWake(*ending.wakeAt);
    checkShutdown();
}

void EngineCore::letGo(Attempts::iterator attempt)
{
    const UserId user = attempt->second->task().user;
    const auto gone = std::move(attempt->second);
    m_attempts.erase(attempt);
    m_drivenCount = int(m_attempts.size());
    slotFreed(user);
}

void EngineCore::slotFreed(const UserId &user)
{
    m_store->admission().giveSlot(user);
    // A claim that is on its way may have looked before the slot was free, and found none.
    if (m_hasWaiting || m_isClaiming)
        claimReady();
}

void EngineCore::drop(Attempts::iterator attempt, std::function<void()> then)
{
    m_dropped << DroppedAttempt{attempt->second->fence(), m_config.clock->now(),
                                m_config.clock->monotonic()};
    letGo(attempt);
    beat(std::move(then));
    checkShutdown();
}

void EngineCore::crash(const TaskId &id, std::function<void(Expected<void>)> then)
{
    if (m_isShutDown) {
        then(failure(ErrorCode::Closing, u"the engine is shutting down"_s));
        return;
    }
    const auto found = m_attempts.find(id.bytes());
    if (found == m_attempts.end() || found->second->phase() == Attempt::Phase::Finishing) {
        then(failure(ErrorCode::Conflict,
                     u"task %1 is not driven by this process: there is nothing to crash"_s.arg(
                         id.toString())));
        return;
    }
    drop(found, [then = std::move(then)] { then({}); });
}

void EngineCore::suspend(const TaskId &id, const QString &reason)
{
    if (const auto found = m_attempts.find(id.bytes()); found != m_attempts.end())
        found->second->suspend(reason, false);
}

void EngineCore::removeFolder(const TaskId &id)
{
    m_pool->start(handedOver([path = m_store->filesOf(id)] { QDir(path).removeRecursively(); }));
}

void EngineCore::armWake(Timestamp at)
{
    if (m_isClosing || (m_wakeAt && *m_wakeAt <= at))
        return;
    m_timers.cancel(m_wakeTimer);
    m_wakeAt = at;
    m_wakeTimer = m_timers.after(at - m_config.clock->now(), [this] {
        m_wakeAt.reset();
        claimReady();
        armNextWake();
    });
}

void EngineCore::armNextWake()
{
    if (!m_config.drivesAll) {
        if (!m_own.isEmpty()) // A few, and their instants are not kept: looked at like the rest.
            armWake(m_config.clock->now() + m_config.recoveryInterval);
        return;
    }
    m_store->read([](Reader &reader) { return reader.nextWake(); },
                  [this, mailbox = m_mailbox](const Expected<std::optional<Timestamp>> &next) {
                      if (!next || !*next)
                          return;
                      mailbox->post([this, at = **next] {
                          // What is due and still there waits for something else: a slot.
                          if (at > m_config.clock->now())
                              armWake(at);
                      });
                  });
}

void EngineCore::beat(std::function<void()> then)
{
    m_store->write(Beat{std::exchange(m_dropped, {}), false},
                   [then = std::move(then)](const Expected<bool> &) {
                       if (then)
                           then();
                   });
}

void EngineCore::scheduleBeat()
{
    m_timers.after(m_config.heartbeatInterval, [this] {
        if (m_isShutDown)
            return;
        // The next one is only due when this one is in the store: a store that hangs gathers no
        // heap of beats.
        beat([this] { scheduleBeat(); });
    });
}

void EngineCore::scheduleScan()
{
    m_timers.after(m_config.recoveryInterval, [this] {
        scan();
        scheduleScan();
    });
}

void EngineCore::scan()
{
    if (m_isScanning || m_isClosing)
        return;
    m_isScanning = true;
    m_store->read([drivable = m_store->drivable()](
                      Reader &reader) { return reader.hasReady(drivable, true); },
                  [this, mailbox = m_mailbox](const Expected<bool> &ready) {
                      mailbox->post([this, any = ready.value_or(false)] {
                          m_isScanning = false;
                          if (any)
                              claimReady();
                      });
                  });
}

void EngineCore::claimReady()
{
    if (m_isClosing || (!m_config.drivesAll && m_own.isEmpty()))
        return;
    if (m_isClaiming) {
        m_claimsAgain = true;
        return;
    }
    m_isClaiming = true;
    m_hasWaiting = false;
    ClaimReady write{.limit = kClaimsPerScan};
    if (!m_config.drivesAll)
        write.only = QList<qint64>(m_own.begin(), m_own.end());
    m_store->write(std::move(write), [this](const Expected<QList<Claim>> &claims) {
        m_isClaiming = false;
        const bool again = std::exchange(m_claimsAgain, false);
        if (!claims)
            return;
        for (const Claim &claim : *claims)
            drive(claim);
        const bool isFull = !m_store->admission().hasFreeSlot();
        m_hasWaiting = m_hasWaiting || isFull || claims->size() > 0;
        if (!isFull && (again || claims->size() == kClaimsPerScan))
            claimReady();
    });
}

void EngineCore::shutdown(std::chrono::milliseconds grace, std::function<void()> then)
{
    m_isClosing = true;
    if (m_isShutDown) {
        then();
        return;
    }
    m_shutdownThen.push_back(std::move(then));
    if (m_shutdownThen.size() > 1)
        return;
    QList<Attempt *> driven; // A copy: one that has nothing to finish is gone at once.
    for (const auto &[id, attempt] : m_attempts)
        driven << attempt.get();
    for (Attempt *attempt : std::as_const(driven))
        attempt->suspend(u"shutdown"_s, true);
    m_timers.after(grace, [this] {
        if (m_isShutDown)
            return;
        qCWarning(lcEngine) << m_attempts.size()
                            << "tasks did not reach an await in time and are left as after a crash";
        dropAll();
        checkShutdown();
    });
    checkShutdown();
}

void EngineCore::checkShutdown()
{
    if (m_shutdownThen.empty() || !m_attempts.empty() || m_isShutDown || m_isFlushing)
        return;
    // Submits that were taken before the closing may still wait for the writer, and what they start
    // wants to be suspended too: so first one beat behind them all, then, with still nothing
    // driven, the last. Neither waits for a store that cannot be written.
    const bool isLast = std::exchange(m_isFlushed, true);
    m_isFlushing = !isLast;
    m_isShutDown = isLast;
    m_store->write(ClosingBeat{std::exchange(m_dropped, {}), isLast},
                   [this, isLast](const Expected<bool> &) {
                       m_isFlushing = false;
                       if (!isLast) {
                           checkShutdown();
                           return;
                       }
                       for (const auto &then : std::exchange(m_shutdownThen, {}))
                           then();
                   });
}

void EngineCore::dropAll()
{
    m_attempts.clear();
    m_drivenCount = 0;
}

} // namespace Kintsugi
