// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The rows that the bench's workflows leave, written with the same commits straight through
// SQLite's C API by one thread that waits for nothing but the disk: what the engine is measured
// against. Same schema, same pragmas, one commit per at most 64 writes, no fences, no handlers.
//
//   bench_raw SCENARIO CONCURRENCY STEPS FILE seconds S | workflows N

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <random>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBatchWrites = 64;
constexpr int kOver = 1'000'000; // No workflow has as many writes.
constexpr int kWalPages = 4096; // 16 MiB, then a checkpoint, as the engine does.

[[noreturn]] void die(sqlite3 *db, const char *what)
{
    std::fprintf(stderr, "bench_raw: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    std::exit(1);
}

class Raw
{
public:
    explicit Raw(const char *path)
    {
        if (sqlite3_open_v2(path, &m_db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            nullptr)
            != SQLITE_OK)
            die(m_db, path);
        execute("PRAGMA journal_mode = WAL; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON; "
                "PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;");
        sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        sqlite3_wal_autocheckpoint(m_db, 0);
        makeSchema();
        execute("INSERT INTO workers (name, host, pid, pid_started, boot_id, started_at, beat_at, "
                "beat_mono, drives_all) VALUES ('raw', 'raw', 1, '1', 'raw', 0, 0, 0, 1)");
        sqlite3_wal_hook(
            m_db,
            [](void *self, sqlite3 *, const char *, int pages) {
                static_cast<Raw *>(self)->m_walPages = pages;
                return SQLITE_OK;
            },
            this);
        m_begin = prepare("BEGIN IMMEDIATE");
        m_commit = prepare("COMMIT");
        m_task = prepare(
            "INSERT INTO tasks (id, user_id, idem_key, name, definition_version, state, "
            "auto_recover, attempt, epoch, worker, last_seq, created_at, started_at, input) "
            "VALUES (?, 'local', ?, 'bench', 1, 'running', 1, 1, 1, 1, 2, ?, ?, ?)");
        m_event = prepare("INSERT INTO events (task, seq, attempt, at, type, payload) "
                          "VALUES (?, ?, ?, ?, ?, ?)");
        m_step =
            prepare("INSERT INTO steps (task, key, name, occurrence, ordinal, attempt, "
                    "started_at, duration_ms, result) VALUES (?, ?, 'step', ?, ?, 1, ?, 0, ?)");
        m_finish = prepare("UPDATE tasks SET state = 'completed', last_seq = last_seq + 1, "
                           "result = ?, finished_at = ? WHERE num = ?");
    }
    Raw(const Raw &) = delete;
    Raw &operator=(const Raw &) = delete;
    ~Raw()
    {
        for (sqlite3_stmt *statement : {m_begin, m_commit, m_task, m_event, m_step, m_finish})
            sqlite3_finalize(statement);
        checkpoint();
        sqlite3_close(m_db);
    }

    void begin() { step(m_begin); }
    void commit()
    {
        step(m_commit);
        ++m_commits;
        if (m_walPages >= kWalPages)
            checkpoint();
    }
    sqlite3_int64 submit(int steps)
    {
        ++m_runs;
        const std::string input =
            "{\"run\":" + std::to_string(m_runs) + ",\"steps\":" + std::to_string(steps) + "}";
        text(m_task, 1, hex(8) + "-0000-7000-8000-" + hex(12));
        text(m_task, 2, hex(64)); // As long as a computed key.
        const sqlite3_int64 at = now();
        sqlite3_bind_int64(m_task, 3, at);
        sqlite3_bind_int64(m_task, 4, at);
        blob(m_task, 5, input);
        step(m_task);
        const sqlite3_int64 task = sqlite3_last_insert_rowid(m_db);
        event(task, 1, 0, "created", "{\"input\":" + input + "}");
        event(task, 2, 1, "attempt_started", R"({"reason":"submit","previousAttempt":0})");
        return task;
    }
    void memo(sqlite3_int64 task, int ordinal)
    {
        sqlite3_bind_int64(m_step, 1, task);
        text(m_step, 2, "step#" + std::to_string(ordinal));
        sqlite3_bind_int(m_step, 3, ordinal);
        sqlite3_bind_int(m_step, 4, ordinal);
        sqlite3_bind_int64(m_step, 5, now());
        blob(m_step, 6, "{\"i\":" + std::to_string(ordinal - 1) + "}");
        step(m_step);
    }
    void finish(sqlite3_int64 task, int steps)
    {
        const std::string result = "{\"steps\":" + std::to_string(steps) + "}";
        blob(m_finish, 1, result);
        sqlite3_bind_int64(m_finish, 2, now());
        sqlite3_bind_int64(m_finish, 3, task);
        step(m_finish);
        event(task, 3, 1, "completed", "{\"result\":" + result + "}");
    }
    [[nodiscard]] long commits() const { return m_commits; }

private:
    void makeSchema()
    {
        std::vector<std::filesystem::path> migrations;
        for (const auto &file :
             std::filesystem::directory_iterator(KINTSUGI_SOURCE_DIR "/engine/store/migrations"))
            migrations.push_back(file.path());
        std::ranges::sort(migrations); // Their names begin with their versions.
        for (const auto &migration : migrations) {
            std::ifstream file(migration);
            const std::string sql(std::istreambuf_iterator<char>(file), {});
            execute(sql.c_str());
        }
    }
    void execute(const char *sql)
    {
        if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            die(m_db, sql);
    }
    sqlite3_stmt *prepare(const char *sql)
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v3(m_db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr)
            != SQLITE_OK)
            die(m_db, sql);
        return statement;
    }
    void step(sqlite3_stmt *statement)
    {
        if (sqlite3_step(statement) != SQLITE_DONE)
            die(m_db, sqlite3_sql(statement));
        sqlite3_reset(statement);
    }
    void event(sqlite3_int64 task, int seq, int attempt, const char *type,
               const std::string &payload)
    {
        sqlite3_bind_int64(m_event, 1, task);
        sqlite3_bind_int(m_event, 2, seq);
        sqlite3_bind_int(m_event, 3, attempt);
        sqlite3_bind_int64(m_event, 4, now());
        text(m_event, 5, type);
        blob(m_event, 6, payload);
        step(m_event);
    }
    static void text(sqlite3_stmt *statement, int column, const std::string &value)
    {
        sqlite3_bind_text(statement, column, value.data(), int(value.size()), SQLITE_TRANSIENT);
    }
    static void blob(sqlite3_stmt *statement, int column, const std::string &value)
    {
        sqlite3_bind_blob(statement, column, value.data(), int(value.size()), SQLITE_TRANSIENT);
    }
    std::string hex(int length)
    {
        std::string digits;
        while (int(digits.size()) < length)
            digits += "0123456789abcdef"[m_random() & 15];
        return digits;
    }
    static sqlite3_int64 now()
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    void checkpoint()
    {
        sqlite3_wal_checkpoint_v2(m_db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        m_walPages = 0;
    }

    sqlite3 *m_db = nullptr;
    sqlite3_stmt *m_begin, *m_commit, *m_task, *m_event, *m_step, *m_finish;
    std::minstd_rand m_random{7};
    int m_walPages = 0;
    int m_runs = 0;
    long m_commits = 0;
};

/*! One of the workflows in flight: its next write is number `done` of steps + 2. */
struct Workflow
{
    sqlite3_int64 task = 0;
    int done = 0; // Negative: it starts so much later.
    Clock::time_point began;
};

void writeNext(Raw &raw, Workflow &workflow, int steps)
{
    if (workflow.done < 0) {
        ++workflow.done;
        return;
    }
    if (workflow.done > steps + 1)
        return;
    if (workflow.done == 0) {
        workflow.began = Clock::now();
        workflow.task = raw.submit(steps);
    } else if (workflow.done <= steps) {
        raw.memo(workflow.task, workflow.done);
    } else {
        raw.finish(workflow.task, steps);
    }
    ++workflow.done;
}

long long bytesOf(const std::string &path)
{
    struct stat file = {};
    return stat(path.c_str(), &file) == 0 ? file.st_size : 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 7) {
        std::fputs("bench_raw SCENARIO CONCURRENCY STEPS FILE seconds S | workflows N\n", stderr);
        return 2;
    }
    mallopt(M_TRIM_THRESHOLD, 32 * 1024 * 1024); // As the programs do, see app/host/heap.h.
    mallopt(M_TOP_PAD, 1024 * 1024);
    const std::string_view scenario = argv[1];
    const int inFlight = scenario == "seq" ? 1 : std::atoi(argv[2]);
    const int steps = scenario == "submit" ? 0 : std::atoi(argv[3]);
    const std::string path = argv[4];
    const bool isTimed = std::string_view(argv[5]) == "seconds";
    const double bound = std::atof(argv[6]);

    std::vector<double> latencies;
    double seconds = 0;
    long commits = 0;
    {
        Raw raw(path.c_str());
        std::vector<Workflow> workflows(size_t(std::max(1, inFlight)));
        const auto began = Clock::now();
        const auto elapsed = [&] {
            return std::chrono::duration<double>(Clock::now() - began).count();
        };
        // Spread over all their writes, as those of the engine come to be: one starts when another
        // ends.
        for (size_t i = 0; i < workflows.size(); ++i)
            workflows[i].done = -int(i % size_t(steps + 2));
        bool mayStart = true;
        size_t open = workflows.size();
        while (open > 0) {
            for (size_t first = 0; first < workflows.size(); first += kBatchWrites) {
                const size_t end = std::min(workflows.size(), first + kBatchWrites);
                raw.begin();
                for (size_t i = first; i < end; ++i)
                    writeNext(raw, workflows[i], steps);
                raw.commit();
                const auto at = Clock::now();
                for (size_t i = first; i < end; ++i) {
                    if (workflows[i].done != steps + 2)
                        continue;
                    latencies.push_back(
                        std::chrono::duration<double, std::milli>(at - workflows[i].began).count());
                    mayStart = mayStart
                        && (isTimed ? elapsed() < bound : double(latencies.size() + open) <= bound);
                    workflows[i] = {};
                    if (!mayStart) {
                        workflows[i].done = kOver;
                        --open;
                    }
                }
            }
        }
        seconds = elapsed();
        commits = raw.commits();
    }
    std::ranges::sort(latencies);
    const auto count = double(latencies.size());
    std::printf("{\"peer\":\"raw-sqlite\",\"scenario\":\"%s\",\"concurrency\":%d,\"workflows\":%zu,"
                "\"steps\":%zu,\"seconds\":%.3f,\"steps_per_s\":%.3f,\"wf_per_s\":%.3f,"
                "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"commits\":%ld,\"db_bytes\":%lld}\n",
                argv[1], inFlight, latencies.size(), latencies.size() * size_t(steps), seconds,
                count * steps / seconds, count / seconds, latencies[latencies.size() / 2],
                latencies[latencies.size() * 99 / 100], commits,
                bytesOf(path) + bytesOf(path + "-wal"));
    return 0;
}
