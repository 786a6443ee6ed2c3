// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/pluginloader.h"

#include "engine/runtime/taskerror.h"
#include "engine/runtime/taskplugin.h"

#include <QDir>
#include <QLibrary>
#include <QPluginLoader>
#include <QSet>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kInterface = KINTSUGI_TASK_PLUGIN_INTERFACE ""_L1;
constexpr auto kOwnIid = KINTSUGI_TASK_PLUGIN ""_L1;
constexpr auto kVersion = KINTSUGI_VERSION ""_L1;

std::unexpected<Error> refused(const QString &file, const QString &why)
{
    return failure(ErrorCode::InvalidArgument,
                   u"the plugin %1 %2"_s.arg(QDir::toNativeSeparators(file), why));
}

/*! Whether a plugin that says \a iid of itself fits this program; read without running its code. */
Expected<void> checkIid(const QString &file, const QString &iid)
{
    if (iid == kOwnIid)
        return {};
    const QString family = QString(kInterface).section(u'/', 0, 0) + u'/';
    if (!iid.startsWith(family))
        return refused(file,
                       u"is a Qt plugin for %1, not for tasks; name a library that was built "
                       "with kintsugi_add_task_plugin()"_s.arg(iid));
    const QString spoken = iid.section(u' ', 0, 0);
    if (spoken != kInterface)
        return refused(file,
                       u"speaks %1 and this program %2; build it again with the headers of "
                       "Kintsugi %3"_s.arg(spoken, kInterface, kVersion));
    return refused(file,
                   u"was built for Kintsugi %1 and this is %2; build it again with the headers "
                   "of Kintsugi %2"_s.arg(iid.section(u' ', -1), kVersion));
}

/*! Takes over what the plugin brought, all of it or nothing. */
Expected<void> merge(Registry &registry, const Registry &brought, const QString &file)
{
    if (brought.definitions().isEmpty())
        return refused(file, u"brings no task definition; call registry.add() in its addTo()"_s);
    QSet<QByteArray> names;
    for (const DefinitionInfo &info : brought.definitions()) {
        if (info.name.isEmpty())
            return refused(file, u"brings a task definition without a name; give it one"_s);
        if (registry.find(info.name) || names.contains(info.name))
            return refused(file,
                           u"brings a task definition \"%1\", and that name is taken; rename it, "
                           "or leave one of the two out"_s.arg(QString::fromUtf8(info.name)));
        names.insert(info.name);
    }
    for (const DefinitionInfo &info : brought.definitions())
        registry.add(*brought.find(info.name));
    return {};
}

Expected<void> loadPlugin(Registry &registry, const QString &file)
{
    const QFileInfo info(file);
    if (!info.exists())
        return refused(file, u"is not there; name the library's file with its path"_s);
    if (!info.isFile())
        return refused(file, u"is no file; name the library inside it"_s);
    QPluginLoader loader(info.absoluteFilePath()); // With a path, Qt looks nowhere else.
    // A name that is missing shows now and not in the middle of a task, and nothing is unloaded.
    loader.setLoadHints(QLibrary::ResolveAllSymbolsHint | QLibrary::PreventUnloadHint);
    const QString iid = loader.metaData().value("IID"_L1).toString();
    if (iid.isEmpty())
        return refused(
            file,
            u"is no Qt plugin (%1); build it with kintsugi_add_task_plugin(), and say "
            "Q_PLUGIN_METADATA(IID KINTSUGI_TASK_PLUGIN) in its class"_s.arg(loader.errorString()));
    if (const auto fits = checkIid(file, iid); !fits)
        return fits;
    QObject *root = loader.instance();
    if (!root)
        return refused(file,
                       u"cannot be loaded (%1); build it again with the headers of Kintsugi %2 "
                       "and this machine's Qt"_s.arg(loader.errorString(), kVersion));
    auto *plugin = qobject_cast<TaskPlugin *>(root);
    if (!plugin)
        return refused(file,
                       u"is not written as a TaskPlugin; derive its class from "
                       "Kintsugi::TaskPlugin and say Q_INTERFACES(Kintsugi::TaskPlugin) in it"_s);
    Registry brought;
    try {
        plugin->addTo(brought);
    } catch (...) {
        return refused(file,
                       u"failed to add its task definitions (%1); ask who wrote it"_s.arg(
                           TaskError::fromCurrentException().message()));
    }
    return merge(registry, brought, file);
}

} // namespace

Expected<void> loadPlugins(Registry &registry, const QStringList &files)
{
    QSet<QString> done;
    for (const QString &file : files) {
        const QString real = QFileInfo(file).canonicalFilePath();
        if (!real.isEmpty() && done.contains(real))
            continue;
        if (const auto loaded = loadPlugin(registry, file); !loaded)
            return loaded;
        done.insert(real);
    }
    return {};
}

QList<Error> loadPluginFolder(Registry &registry, const QString &folder, const QStringList &loaded)
{
    QSet<QString> done;
    for (const QString &file : loaded)
        done.insert(QFileInfo(file).canonicalFilePath());
    QList<Error> warnings;
    // System too: a link that leads nowhere is worth a warning.
    const QDir::Filters kinds = QDir::Files | QDir::System;
    for (const QFileInfo &entry : QDir(folder).entryInfoList(kinds, QDir::Name)) {
        if (!QLibrary::isLibrary(entry.fileName()) || done.contains(entry.canonicalFilePath()))
            continue;
        if (const auto one = loadPlugin(registry, entry.filePath()); !one)
            warnings << one.error();
        else
            done.insert(entry.canonicalFilePath());
    }
    return warnings;
}

} // namespace Kintsugi
