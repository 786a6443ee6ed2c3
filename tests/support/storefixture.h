// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/store.h"
#include "tests/support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>

namespace Kintsugi {

/*! A store that a test talks to without an event loop: jobs are answered in the writer's thread,
 * and what was committed is kept for looking at. */
class OpenStore
{
public:
    struct Batch
    {
        QList<Event> events;
        qsizetype jobs = 0;
        bool fromOthers = false;
    };

    OpenStore(const StoreConfig &config, const Clock &clock)
    {
        auto store = Store::open(config, clock, [this](CommittedBatch batch) { take(batch); });
        if (!store)
            qFatal("cannot open the store: %s", qPrintable(store.error().message));
        m_store = std::move(*store);
    }

    [[nodiscard]] Store &operator*() { return *m_store; }
    [[nodiscard]] Store *operator->() { return m_store.get(); }

    template<typename Write>
    std::future<Expected<typename Write::Result>> send(Write write)
    {
        auto promise = std::make_shared<std::promise<Expected<typename Write::Result>>>();
        m_store->write(std::move(write), [promise](Expected<typename Write::Result> done) {
            promise->set_value(std::move(done));
        });
        return promise->get_future();
    }
    template<typename Write>
    Expected<typename Write::Result> write(Write write)
    {
        return wait(send(std::move(write)));
    }
    template<typename T>
    static T wait(std::future<T> future)
    {
        if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready)
            qFatal("a write was not answered in time");
        return future.get();
    }

    [[nodiscard]] QList<Batch> batches() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_batches;
    }

    Task task(const TaskId &id)
    {
        const auto found =
            m_store->readNow([&](Reader &reader) { return reader.task(localUser(), id.bytes()); });
        return found ? *found : Task();
    }
    QList<Event> log(const TaskId &id)
    {
        const auto list =
            m_store->readNow([&](Reader &reader) { return reader.events(id, 0, 100'000); });
        return list ? list->events : QList<Event>();
    }
    QList<StepRecord> steps(const TaskId &id)
    {
        const auto list =
            m_store->readNow([&](Reader &reader) { return reader.steps(localUser(), id.bytes()); });
        return list ? *list : QList<StepRecord>();
    }

    /*! A new task named "t" that this store drives. */
    Claim start(const QByteArray &key, bool autoRecover = false)
    {
        const auto done = write(Submit{.user = localUser(),
                                       .key = IdempotencyKey(key),
                                       .name = "t",
                                       .input = "{\"k\":\"" + key + "\"}",
                                       .autoRecover = autoRecover});
        if (!done || !done->claim)
            qFatal("not started: %s", done ? "no claim" : qPrintable(done.error().message));
        return *done->claim;
    }

private:
    void take(CommittedBatch &batch)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_batches << Batch{batch.events, qsizetype(batch.jobs.size()), batch.fromOthers};
        }
        for (const auto &job : batch.jobs)
            job->answer();
    }

    mutable std::mutex m_mutex;
    QList<Batch> m_batches;
    std::unique_ptr<Store> m_store; // Last, so that it ends before what its writer uses.
};

/*! A folder with one store, opened as often as a test wants. */
class StoreFixture
{
public:
    FakeClock clock;

    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("tasks.db")); }
    [[nodiscard]] StoreConfig config() const
    {
        return {.path = path(),
                .staleAfter = std::chrono::milliseconds(5000),
                .foreignPollInterval = std::chrono::milliseconds(5),
                .drivable = {{QByteArray("t"), {1}}}};
    }
    [[nodiscard]] std::unique_ptr<OpenStore> open() const { return open(config(), clock); }
    [[nodiscard]] static std::unique_ptr<OpenStore> open(const StoreConfig &config,
                                                         const Clock &clock)
    {
        return std::make_unique<OpenStore>(config, clock);
    }
    /*! A connection beside the store, for looking and for mischief. */
    [[nodiscard]] Connection connection(Connection::Mode mode = Connection::Mode::ReadWrite) const
    {
        auto db = Connection::open(path(), mode);
        if (!db)
            qFatal("cannot open: %s", qPrintable(db.error().message));
        return std::move(*db);
    }
    /*! The turn to commit, so that writes gather behind it. */
    [[nodiscard]] LockFile turn() const
    {
        auto locks = LockFile::open(path() + QStringLiteral("-lock"));
        if (!locks || !locks->lockCommits())
            qFatal("no turn");
        return std::move(*locks);
    }
    [[nodiscard]] qint64 number(const char *sql) const
    {
        Connection db = connection();
        Query query(db, sql);
        return query.next() ? query.integer(0) : -1;
    }

private:
    QTemporaryDir m_folder;
};

inline NewEvent tickEvent(int i)
{
    return {"tick", "{\"i\":" + QByteArray::number(i) + '}'};
}

inline WriteAttempt attemptWrite(const Fence &fence, const QList<NewEvent> &events,
                                 const std::optional<StepRecord> &step = {},
                                 const QList<QByteArray> &cacheHits = {})
{
    WriteAttempt write{.fence = fence, .events = events};
    if (step)
        write.riders.memos << *step;
    write.riders.cacheHits = cacheHits;
    return write;
}

inline StepRecord stepNamed(const QString &name, int ordinal = 1)
{
    return {.key = stepKey({}, name, 1),
            .name = name,
            .occurrence = 1,
            .ordinal = ordinal,
            .attempt = 1,
            .startedAt = {},
            .duration = std::chrono::milliseconds(3),
            .result = "1",
            .error = {}};
}

} // namespace Kintsugi
