// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/tasks/command.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/file.h>
#include <unistd.h>

namespace Kintsugi {

/*! Shell scripts as commands in a folder that goes with the test, and what /proc says of them. */
class CommandFixture
{
public:
    [[nodiscard]] CommandSpec shell(const QString &script) const
    {
        CommandSpec spec;
        spec.stage = QStringLiteral("work");
        spec.command = {QStringLiteral("sh"), QStringLiteral("-c"), script};
        spec.folder = m_folder.path();
        return spec;
    }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QString lockFile() const { return path(QStringLiteral("work.lock")); }

    [[nodiscard]] QByteArray text(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString &name, const QByteArray &bytes, bool isExecutable = false) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path(name)));
        if (isExecutable)
            file.setPermissions(file.permissions() | QFile::ExeOwner);
    }

    /*! The process ids that a script wrote into a file, when there are \a count of them. */
    [[nodiscard]] QList<pid_t> pids(const QString &name, int count) const
    {
        QList<pid_t> ids;
        const auto areThere = [&] {
            ids.clear();
            const QByteArray all = text(name);
            if (all.endsWith('\n'))
                for (const QByteArray &line : all.trimmed().split('\n'))
                    ids << line.toInt();
            return ids.size() == count;
        };
        if (!QTest::qWaitFor(areThere, 20'000))
            qFatal("the script did not write %d process ids", count);
        return ids;
    }

    [[nodiscard]] bool isLockFree() const
    {
        const int file = ::open(QFile::encodeName(lockFile()).constData(), O_RDWR | O_CLOEXEC);
        const bool isFree = file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0;
        ::close(file);
        return isFree;
    }

    static QByteArray proc(pid_t process, const char *name)
    {
        QFile file(QStringLiteral("/proc/%1/%2").arg(process).arg(QLatin1StringView(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /*! A number of /proc/PID/stat, by the field's number in proc(5). */
    static int stat(pid_t process, int field)
    {
        const QByteArray all = proc(process, "stat");
        return all.mid(all.lastIndexOf(')') + 2).split(' ').value(field - 3).toInt();
    }
    static pid_t parentOf(pid_t process) { return stat(process, 4); }

    static bool isAlive(pid_t process)
    {
        const QByteArray all = proc(process, "stat");
        return !all.isEmpty() && all.at(all.lastIndexOf(')') + 2) != 'Z';
    }
    static bool areGone(const QList<pid_t> &processes)
    {
        return std::ranges::none_of(processes, isAlive);
    }

    /*! Children of this process, zombies too. */
    static qsizetype children()
    {
        qsizetype count = 0;
        const QDir threads(QStringLiteral("/proc/self/task"));
        for (const QString &thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QFile file(threads.filePath(thread + QStringLiteral("/children")));
            if (file.open(QIODevice::ReadOnly))
                count += file.readAll().count(' ');
        }
        return count;
    }
    static qsizetype descriptors()
    {
        return QDir(QStringLiteral("/proc/self/fd"))
            .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
            .size();
    }

private:
    QTemporaryDir m_folder;
};

} // namespace Kintsugi
