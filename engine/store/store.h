// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/handover.h"
#include "engine/store/committer.h"
#include "engine/store/reader.h"

#include <QThreadPool>

#include <functional>

namespace Kintsugi {

struct StoreConfig
{
    QString path;
    std::chrono::milliseconds staleAfter{5000};
    std::chrono::milliseconds foreignPollInterval{100};
    bool drivesAll = true; //!< False: drives only what it was told to.
    Drivable drivable; //!< Definitions of this process.
    AdmissionLimits limits{};
};

/*! The one truth on disk: typed writes, answered after their commit, and typed reads of what is
 * committed.
 *
 *  Thread: write() and read() any. Answers of writes and committed batches come through the sink
 * (see Committer); answers of reads come on a reader thread.
 */
class Store
{
public:
    /*! Opens or makes the store and registers this process as a worker. \a clock outlives the
     * store. */
    [[nodiscard]] static Expected<std::unique_ptr<Store>>
    open(const StoreConfig &config, const Clock &clock, Committer::Sink sink);
    ~Store();
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;

    template<typename Write>
    void write(Write write, std::move_only_function<void(Expected<typename Write::Result>)> then)
    {
        m_committer->enqueue(
            std::make_unique<CommitJobOf<Write>>(std::move(write), std::move(then)));
    }

    /*! While one is there, the writer waits for more before it commits: for whoever answers several
     *  tasks in a row, whose next writes are to be one batch. They must not wait for one another.
     */
    class Together
    {
    public:
        explicit Together(Store *store) //!< Null, for one that is closed, does nothing.
            : m_committer(store ? store->m_committer.get() : nullptr)
        {
            if (m_committer)
                m_committer->gather();
        }
        Together(const Together &) = delete;
        Together &operator=(const Together &) = delete;
        ~Together()
        {
            if (m_committer)
                m_committer->letGo();
        }

    private:
        Committer *m_committer;
    };

    /*! Gives what \a query, an Expected<R>(Reader &), answers. For threads that may wait. */
    template<typename Query>
    auto readNow(const Query &query) -> std::invoke_result_t<Query, Reader &>
    {
        auto reader = takeReader();
        if (!reader)
            return std::unexpected(reader.error());
        auto answer = query(**reader);
        giveBack(std::move(*reader));
        return answer;
    }
    /*! The same on a reader thread, where \a then gets the answer. */
    template<typename Query, typename Then>
    void read(Query query, Then then)
    {
        m_pool.start(handedOver([this, query = std::move(query), then = std::move(then)] {
            then(readNow(query));
            handBack(&m_pool);
        }));
    }

    /*! True while answers of writes are to come in a moment. Any thread. */
    [[nodiscard]] bool answersSoon() const { return m_committer->deliversSoon(); }
    [[nodiscard]] CommitFigures figures() const { return m_committer->figures(); }
    [[nodiscard]] const WorkerIdentity &worker() const { return m_identity; }
    [[nodiscard]] const Drivable &drivable() const { return m_config.drivable; }
    [[nodiscard]] Admission &admission() { return *m_admission; } //!< Any thread.
    [[nodiscard]] const QString &path() const { return m_config.path; }
    /*! The folder of a task's own files, beside the store. */
    [[nodiscard]] QString filesOf(const TaskId &id) const;
    [[nodiscard]] qint64 bytes() const; //!< Of the file and its write-ahead log.

private:
    explicit Store(StoreConfig config);
    [[nodiscard]] Expected<std::unique_ptr<Reader>> takeReader();
    void giveBack(std::unique_ptr<Reader> reader);

    StoreConfig m_config;
    WorkerIdentity m_identity;
    LockFile m_locks;
    std::optional<Judge> m_judge;
    std::optional<Admission> m_admission;
    std::mutex m_mutex; // Guards the idle readers.
    std::vector<std::unique_ptr<Reader>> m_idle;
    QThreadPool m_pool;
    std::unique_ptr<Committer> m_committer;
};

} // namespace Kintsugi
