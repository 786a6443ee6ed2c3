// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/registry.h"
#include "engine/store/checkup.h"

#include <QStringList>

#include <optional>

namespace Kintsugi {

enum class Level { Ok, Warning, Problem };
[[nodiscard]] QByteArray toWire(Level level);

/*! One thing that was looked at. */
struct Finding
{
    QByteArray check; //!< Short name of what was looked at; several findings may share it.
    Level level = Level::Ok;
    QString message;
    QString remedy{}; //!< What to do about it; empty where nothing is to be done.
    QStringList details{}; //!< What was complained of, a line each.
};

struct DiagnosisRequest
{
    std::optional<QString> dbFlag;
    bool isFull = false; //!< Looks at indices and references too.
    std::chrono::milliseconds staleAfter{};
    const Registry &registry; //!< What this program can drive.
};

/*! What is to be said of a store, and what to do about it. A problem means that the store cannot be
 *  used, or not be trusted; a warning, that something waits for a person.
 *
 *  Thread: main; waits for the disk.
 */
class Diagnosis
{
public:
    [[nodiscard]] static Diagnosis of(const DiagnosisRequest &request);

    [[nodiscard]] Level worst() const;
    [[nodiscard]] QByteArray toJson() const;
    [[nodiscard]] const QList<Finding> &findings() const { return m_findings; }

private:
    explicit Diagnosis(const DiagnosisRequest &request);

    void run();
    [[nodiscard]] bool lookAtFiles();
    void lookAtSqlite();
    void lookInside(Checkup &checkup);
    /*! Whether there are tables that this program knows. */
    [[nodiscard]] bool lookAtVersion(Checkup &checkup);
    [[nodiscard]] bool lookAtPages(Checkup &checkup);
    void lookAtTurn(const LockFile &locks);
    void lookAtWorkers(Checkup &checkup, const Judge &judge);
    void lookAtTasks(Checkup &checkup, const Judge &judge);
    void lookAtDefinitions(Checkup &checkup);
    void lookAtInvariants(Checkup &checkup);

    void ok(const char *check, const QString &message);
    void warn(const char *check, const QString &message, const QString &remedy);
    void refuse(const char *check, const QString &message, const QString &remedy,
                const QStringList &details = {});
    void unreadable(const char *check, const Error &error);
    [[nodiscard]] QString command(const QString &words) const; //!< With --db where that was given.
    [[nodiscard]] QString rescue() const;

    DiagnosisRequest m_request;
    QString m_chosenBy;
    QString m_path; //!< Null when there is no file to look at.
    StoreFiles m_files;
    bool m_isOurs = false; //!< Perhaps a newer one.
    QList<WorkerCheck> m_workers;
    QList<TaskStateCount> m_states;
    bool m_hasDriver = false; //!< A live worker takes up what others leave.
    QList<Finding> m_findings;
};

} // namespace Kintsugi
