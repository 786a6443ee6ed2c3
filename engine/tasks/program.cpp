// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/program.h"

#include <QFileInfo>
#include <QProcessEnvironment>

#include <cerrno>
#include <cstring>

namespace Kintsugi {

using namespace Qt::StringLiterals;

QMap<QByteArray, QByteArray> environmentOf(const CommandSpec &spec)
{
    QMap<QByteArray, QByteArray> environment;
    for (const QString &name : QProcessEnvironment::systemEnvironment().keys())
        environment.insert(name.toLocal8Bit(), qgetenv(name.toLocal8Bit().constData()));
    for (auto it = spec.env.begin(); it != spec.env.end(); ++it)
        environment.insert(it.key().toLocal8Bit(), it.value().toLocal8Bit());
    if (!spec.taskId.isEmpty())
        environment.insert("KINTSUGI_TASK_ID"_ba, spec.taskId.toLocal8Bit());
    if (!spec.stage.isEmpty())
        environment.insert("KINTSUGI_STAGE"_ba, spec.stage.toLocal8Bit());
    if (spec.attempt > 0)
        environment.insert("KINTSUGI_ATTEMPT"_ba, QByteArray::number(spec.attempt));
    return environment;
}

QString findProgram(const CommandSpec &spec, const QString &path)
{
    const QString name = spec.command.first();
    if (name.contains(u'/'))
        return name;
    QString found;
    for (const QString &folder : path.split(u':')) {
        const QString candidate = (folder.isEmpty() ? u"."_s : folder) + u'/' + name;
        const QFileInfo file(candidate.startsWith(u'/') ? candidate
                                                        : QString(spec.folder + u'/' + candidate));
        if (file.isFile() && file.isExecutable())
            return candidate;
        if (file.isFile() && found.isEmpty())
            found = candidate; // Its error says more than "not found".
    }
    return found;
}

QString whyNotRun(const CommandSpec &spec, int error)
{
    const QString name = spec.command.first();
    const QFileInfo file(name.startsWith(u'/') ? name : QString(spec.folder + u'/' + name));
    QString why = errorText(error);
    if (error == ENOENT && !name.contains(u'/'))
        why = u"no such program in PATH"_s;
    else if (error == ENOENT && file.exists())
        why = u"the interpreter that its first line names is missing"_s;
    else if (error == ENOENT)
        why = "there is no such file in %1"_L1.arg(spec.folder);
    else if (error == EACCES)
        why = u"it is not executable (chmod +x, or name its interpreter in the command)"_s;
    else if (error == ENOEXEC)
        why = u"it is no program; a script wants a first line such as #!/bin/sh"_s;
    else if (error == E2BIG)
        why = u"its arguments and environment are too long"_s;
    return why;
}

QString errorText(int number)
{
    const char *text = strerrordesc_np(number);
    return text ? QString::fromLatin1(text) : u"error %1"_s.arg(number);
}

} // namespace Kintsugi
