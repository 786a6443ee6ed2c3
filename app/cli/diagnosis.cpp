// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The files, and whether what is in them is a store. What the store tells: diagnosistasks.cpp.

#include "app/cli/diagnosis.h"

#include "app/host/environment.h"
#include "engine/model/jsonwriter.h"
#include "engine/store/migrator.h"
#include "engine/store/workers.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStorageInfo>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr int kComplaints = 10;
constexpr int kLooks = 3; // While others begin to write.
constexpr qint64 kLittleRoom = 256 << 20;
constexpr qint64 kNoRoom = 1 << 20;

QString size(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1);
}

/*! A word that a shell takes as it is. */
QString shellWord(const QString &word)
{
    static const QRegularExpression plain(u"^[\\w@%+=:,./-]+$"_s);
    if (plain.match(word).hasMatch())
        return word;
    return u'\'' + QString(word).replace(u'\'', u"'\\''"_s) + u'\'';
}

} // namespace

QByteArray toWire(Level level)
{
    switch (level) {
    case Level::Ok:
        return "ok"_ba;
    case Level::Warning:
        return "warning"_ba;
    case Level::Problem:
        return "problem"_ba;
    }
    return {};
}

Diagnosis::Diagnosis(const DiagnosisRequest &request)
    : m_request(request)
    , m_chosenBy(Environment::storeChooser(request.dbFlag))
{}

Diagnosis Diagnosis::of(const DiagnosisRequest &request)
{
    Diagnosis diagnosis(request);
    diagnosis.run();
    return diagnosis;
}

void Diagnosis::run()
{
    const auto choice = Environment::chooseStore(m_request.dbFlag);
    if (!choice) {
        refuse("choice", choice.error().message, u"kintsugi-cli doctor --db FILE"_s);
        return;
    }
    m_path = choice->path;
    if (m_path == ":memory:"_L1) {
        refuse("choice", u"a store needs a file: nothing in memory survives a crash"_s,
               u"choose another --db"_s);
        return;
    }
    m_files = StoreFiles::lookAt(m_path);
    ok("choice", u"%1, chosen by %2"_s.arg(m_path, m_chosenBy));
    const bool isReadable = lookAtFiles();
    lookAtSqlite();
    if (!isReadable)
        return;
    const QList<Finding> soFar = m_findings;
    for (int look = 1; look <= kLooks; ++look) {
        m_findings = soFar;
        auto checkup = Checkup::open(m_files);
        if (!checkup) {
            unreadable("format", checkup.error());
            return;
        }
        lookInside(*checkup);
        if (!checkup->isOvertaken())
            return;
        m_files = StoreFiles::lookAt(m_path);
    }
}

bool Diagnosis::lookAtFiles()
{
    if (!m_files.hasFolder) {
        refuse("folder", u"there is no folder %1"_s.arg(m_files.folder),
               u"whatever opens the store makes it: %1"_s.arg(command(u"list"_s)));
        return false;
    }
    if (m_files.isFolderWritable)
        ok("folder", u"%1 can be written"_s.arg(m_files.folder));
    else
        refuse("folder",
               u"%1 cannot be written, and a store needs files beside it"_s.arg(m_files.folder),
               u"give yourself the right to write there, or choose another --db"_s);
    const qint64 room = QStorageInfo(m_files.folder).bytesAvailable();
    const QString left = u"%1 are free on the disk of the store"_s.arg(size(room));
    if (room >= 0 && room < kNoRoom)
        refuse("disk", left, u"make room there: the engine waits for it and loses nothing"_s);
    else if (room >= 0 && room < kLittleRoom)
        warn("disk", left, u"make room there"_s);
    else if (room >= 0)
        ok("disk", left);

    const QString logged = u"its write-ahead log %1"_s.arg(size(m_files.logBytes));
    if (m_files.exists && !m_files.isFile) {
        refuse("file", u"%1 is no file"_s.arg(m_path), u"choose another --db"_s);
        return false;
    }
    if (m_files.bytes == 0 && m_files.logBytes > 0) {
        refuse(
            "file",
            u"%1 is %2, but there is a write-ahead log of %3 beside it"_s.arg(
                m_path, m_files.exists ? u"empty"_s : u"missing"_s, size(m_files.logBytes)),
            u"copy both aside before anything opens them; put back the file that the log belongs to"_s);
        return false;
    }
    if (!m_files.exists) {
        warn("file", u"%1 is not there"_s.arg(m_path),
             u"whatever opens the store makes it: %1"_s.arg(command(u"list"_s)));
        return false;
    }
    if (!m_files.isReadable) {
        refuse("file", u"%1 cannot be read"_s.arg(m_path),
               u"give yourself the right to read and write it"_s);
        return false;
    }
    if (!m_files.isWritable)
        refuse("file", u"%1 can be read, but not be written"_s.arg(m_path),
               u"give yourself the right to write it"_s);
    else if (m_files.bytes == 0)
        ok("file", u"%1 is empty: a store that holds nothing yet"_s.arg(m_path));
    else
        ok("file", u"the file has %1, %2"_s.arg(size(m_files.bytes), logged));
    if (m_files.bytes > 0 && !m_files.isSqlite)
        refuse("format", u"%1 is no Kintsugi store: its first bytes are not SQLite's"_s.arg(m_path),
               u"choose another --db; nothing of ours writes to this one"_s);
    return m_files.isSqlite;
}

void Diagnosis::lookAtSqlite()
{
    const SqliteVersion sqlite = sqliteVersion();
    if (!sqlite.hasWalResetBug)
        ok("sqlite", u"SQLite %1"_s.arg(sqlite.name));
    else
        ok("sqlite",
           u"SQLite %1 has the WAL-reset bug (3.7.0 to 3.51.2), which Kintsugi's lock file keeps away: let no other program write to a store, and never remove its -lock file"_s
               .arg(sqlite.name));
}

void Diagnosis::lookInside(Checkup &checkup)
{
    const bool isKnown = lookAtVersion(checkup);
    if (checkup.isLockedOut())
        return;
    if (m_isOurs) {
        if (m_files.hasJournal)
            warn("log",
                 u"somebody has not ended a transaction of the old kind: there is a journal"_s,
                 u"whatever opens the store rolls it back: %1"_s.arg(command(u"list"_s)));
        else if (m_files.isLogged)
            ok("log", u"written through a write-ahead log"_s);
        else
            warn("log", u"its write-ahead log is switched off"_s,
                 u"whatever opens the store switches it on again: %1"_s.arg(command(u"list"_s)));
    } else if (!checkup.isDamage()) {
        return; // Of somebody else's file there is no more to be said.
    }
    const bool isSound = lookAtPages(checkup);
    if (!isKnown)
        return;
    const LockFile locks = LockFile::lookAt(m_files.path + "-lock"_L1);
    const SystemClock clock;
    const Judge judge{.locks = locks,
                      .clock = clock,
                      .bootId = thisProcess().bootId,
                      .staleAfter = m_request.staleAfter};
    lookAtTurn(locks);
    lookAtWorkers(checkup, judge);
    lookAtTasks(checkup, judge);
    lookAtDefinitions(checkup);
    if (isSound)
        lookAtInvariants(checkup);
}

bool Diagnosis::lookAtVersion(Checkup &checkup)
{
    const auto version = checkup.version();
    m_isOurs = version.has_value();
    if (!version) {
        if (version.error().code == ErrorCode::StoreForeign) {
            refuse("format", u"%1 is a SQLite database, but no Kintsugi store"_s.arg(m_path),
                   u"choose another --db; nothing of ours writes to this one"_s);
        } else if (version.error().code == ErrorCode::StoreNewer) {
            refuse("format", version.error().message, u"use a newer Kintsugi"_s);
            m_isOurs = true;
        } else {
            unreadable("format", version.error());
        }
        return false;
    }
    if (*version == 0)
        ok("format", u"an empty database: it becomes a store when something opens it"_s);
    else if (*version < knownStoreVersion())
        ok("format",
           u"a store of version %1, which becomes %2 when this program opens it"_s.arg(*version)
               .arg(knownStoreVersion()));
    else
        ok("format", u"a store of version %1, the newest this program knows"_s.arg(*version));
    return *version > 0;
}

bool Diagnosis::lookAtPages(Checkup &checkup)
{
    const QString asked = m_request.isFull ? u"integrity_check"_s : u"quick_check"_s;
    const auto damage = checkup.damage(m_request.isFull, kComplaints);
    if (!damage || !damage->isEmpty()) {
        if (!damage && !checkup.isDamage()) {
            unreadable("pages", damage.error());
            return false;
        }
        refuse("pages", u"%1 is damaged, says SQLite's %2"_s.arg(m_path, asked), rescue(),
               damage ? *damage : QStringList{damage.error().message});
        return false;
    }
    ok("pages", u"SQLite's %1 has no complaints"_s.arg(asked));
    if (!m_request.isFull)
        return true;
    const auto broken = checkup.brokenReferences(kComplaints);
    if (!broken)
        unreadable("references", broken.error());
    else if (broken->isEmpty())
        ok("references", u"every row refers to rows that are there"_s);
    else
        refuse("references", u"rows refer to others that are not there"_s, rescue(), *broken);
    return broken && broken->isEmpty();
}

void Diagnosis::ok(const char *check, const QString &message)
{
    m_findings << Finding{.check = check, .message = message};
}

void Diagnosis::warn(const char *check, const QString &message, const QString &remedy)
{
    m_findings << Finding{check, Level::Warning, message, remedy};
}

void Diagnosis::refuse(const char *check, const QString &message, const QString &remedy,
                       const QStringList &details)
{
    m_findings << Finding{check, Level::Problem, message, remedy, details};
}

void Diagnosis::unreadable(const char *check, const Error &error)
{
    const bool isBusy = error.message.contains("locked"_L1);
    refuse(check, u"cannot be read: %1"_s.arg(error.message),
           isBusy ? u"end the program that has it for itself; \"fuser %1\" names it"_s.arg(
                        shellWord(m_files.path))
                  : rescue());
}

QString Diagnosis::command(const QString &words) const
{
    QString line = u"kintsugi-cli "_s + words;
    if (m_request.dbFlag)
        line += u" --db "_s + shellWord(*m_request.dbFlag);
    return line;
}

QString Diagnosis::rescue() const
{
    const QString file = shellWord(m_files.path);
    return u"Kintsugi stops writing to a damaged file by itself; end what has it open, copy %1, %2 and %3 aside, and save what can be read into a new one: sqlite3 %1 .recover | sqlite3 NEW"_s
        .arg(file, shellWord(m_files.path + "-wal"_L1), shellWord(m_files.path + "-shm"_L1));
}

Level Diagnosis::worst() const
{
    Level worst = Level::Ok;
    for (const Finding &finding : m_findings)
        worst = std::max(worst, finding.level);
    return worst;
}

} // namespace Kintsugi
