// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/enginecore.h"

#include "engine/model/canonicaljson.h"

#include <QDir>
#include <QJsonObject>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcEngine, "kintsugi.runtime")

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr int kDefaultStepThreads = 8; // Bodies wait on disks and programs more than they compute.
constexpr int kClaimsPerScan = 100;
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
                       .drivable = {}};
    for (const DefinitionInfo &definition : m_registry.definitions())
        config.drivable.insert(definition.name, definition.version);
    auto store = Store::open(config, *m_config.clock, [this](CommittedBatch batch) {
        const auto shared =
            std::make_shared<CommittedBatch>(std::move(batch)); // Functors of Qt are copied.
        QMetaObject::invokeMethod(
            this, [this, shared] { committed(*shared); }, Qt::QueuedConnection);
    });
    if (!store)
        return std::unexpected(store.error());
    m_store = std::move(*store);
    return {};
}

void EngineCore::begin()
{
    scheduleBeat();
    if (m_config.drivesAll) {
        scan();
        scheduleScan();
    }
}

void EngineCore::committed(CommittedBatch &batch)
{
    // First everybody who follows, then the callers, then what the events mean for attempts: a
    // claim in this batch has made its attempt by then.
    m_hub.publish(batch.events, batch.changed);
    const Store::Together writes(m_store.get()); // What goes on now writes again, and is one batch.
    for (const auto &job : batch.jobs)
        job->answer();
    for (const Event &event : std::as_const(batch.events))
        react(event);
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
    }
}

void EngineCore::drive(const Claim &claim)
{
    const RegisteredTask *definition = m_registry.find(claim.task.name);
    if (!definition || m_isShutDown)
        return; // Left as after a crash: whoever can will take it up.
    const TaskId id = claim.fence.id;
    const Epoch epoch = claim.fence.epoch;
    const AttemptServices services{*m_store, m_timers,  m_config.clock,
                                   *m_pool,  m_mailbox, m_config.stopGrace};
    auto attempt = std::make_unique<Attempt>(services, claim, *definition,
                                             [this, id, epoch] { attemptEnded(id, epoch); });
    Attempt &started = *attempt;
    m_attempts.insert_or_assign(id.bytes(), std::move(attempt));
    m_drivenCount = int(m_attempts.size());
    if (m_isClosing)
        started.suspend(u"shutdown"_s, true);
    if (claim.task.attempt == 1 && claim.task.forkedFrom.isNull()) {
        started.start({});
        return;
    }
    recall(claim.fence);
}

void EngineCore::recall(const Fence &fence)
{
    m_store->read([num = fence.num](Reader &reader) { return reader.steps(num); },
                  [this, fence, mailbox = m_mailbox](const Expected<QList<StepRecord>> &memo) {
                      mailbox->post([this, fence, memo] {
                          const auto mine = [this, fence] {
                              const auto found = m_attempts.find(fence.id.bytes());
                              const bool isThere = found != m_attempts.end()
                                  && found->second->fence().epoch == fence.epoch;
                              return isThere ? found->second.get() : nullptr;
                          };
                          if (Attempt *attempt = mine(); attempt && memo)
                              attempt->start(*memo);
                          else if (attempt) // It is ours: nobody else would take it up.
                              m_timers.after(kBeforeReadingAgain, [this, fence, mine] {
                                  if (mine())
                                      recall(fence);
                              });
                      });
                  });
}

void EngineCore::attemptEnded(const TaskId &id, Epoch epoch)
{
    const auto found = m_attempts.find(id.bytes());
    if (found == m_attempts.end() || found->second->fence().epoch != epoch)
        return;
    const auto gone = std::move(found->second);
    m_attempts.erase(found);
    m_drivenCount = int(m_attempts.size());
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
    m_dropped << DroppedAttempt{found->second->fence(), m_config.clock->now(),
                                m_config.clock->monotonic()};
    m_attempts.erase(found);
    m_drivenCount = int(m_attempts.size());
    beat([then = std::move(then)] { then({}); });
    checkShutdown();
}

void EngineCore::suspend(const TaskId &id, const QString &reason)
{
    if (const auto found = m_attempts.find(id.bytes()); found != m_attempts.end())
        found->second->suspend(reason, false);
}

void EngineCore::removeFolder(const TaskId &id)
{
    m_pool->start([path = m_store->filesOf(id)] { QDir(path).removeRecursively(); });
}

void EngineCore::armNextWake()
{
    if (!m_config.drivesAll || m_isClosing)
        return;
    m_store->read([](Reader &reader) { return reader.nextWake(); },
                  [this, mailbox = m_mailbox](const Expected<std::optional<Timestamp>> &next) {
                      if (!next || !*next)
                          return;
                      mailbox->post([this, at = **next] {
                          m_timers.cancel(m_wakeTimer);
                          m_wakeTimer =
                              m_timers.after(at - m_config.clock->now(), [this] { scan(); });
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
    m_store->read(
        [drivable = m_store->drivable()](Reader &reader) { return reader.hasReady(drivable); },
        [this, mailbox = m_mailbox](const Expected<bool> &ready) {
            mailbox->post([this, any = ready.value_or(false)] {
                if (!any || m_isClosing) {
                    m_isScanning = false;
                    return;
                }
                m_store->write(ClaimReady{kClaimsPerScan},
                               [this](const Expected<QList<Claim>> &claims) {
                                   m_isScanning = false;
                                   if (!claims)
                                       return;
                                   for (const Claim &claim : *claims)
                                       drive(claim);
                                   if (claims->size() == kClaimsPerScan)
                                       scan();
                               });
            });
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
