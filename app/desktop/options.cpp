// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/options.h"

#include "app/host/engineflags.h"
#include "app/host/environment.h"
#include "app/http/serverflags.h"
#include "ui/tour/tour.h"

#include <QCommandLineParser>

namespace Kintsugi {

using namespace Qt::StringLiterals;

Expected<DesktopOptions> parseDesktopOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    const auto value = [](const char *name) {
        return QCommandLineOption(QString::fromLatin1(name), {}, u"VALUE"_s);
    };
    const auto flag = [](const char *name) {
        return QCommandLineOption(QString::fromLatin1(name));
    };
    parser.addOptions({value("db"), value("port"), value("plugin"), value("tour"),
                       flag("no-server"), flag(kAutoRecoverFlag.data()), flag("test-mode"),
                       flag("help"), flag("version")});
    for (const EngineFlag &one : engineFlags())
        parser.addOption(value(one.name.data()));
    for (const ServerFlag &one : serverFlags())
        parser.addOption(value(one.name.data()));
    if (!parser.parse(QStringList{u"kintsugi"_s} + arguments))
        return failure(ErrorCode::InvalidArgument, parser.errorText());
    DesktopOptions options;
    if (parser.isSet(u"help"_s)) {
        options.show = DesktopOptions::Show::Help;
        return options;
    }
    if (parser.isSet(u"version"_s)) {
        options.show = DesktopOptions::Show::Version;
        return options;
    }
    if (!parser.positionalArguments().isEmpty())
        return failure(
            ErrorCode::InvalidArgument,
            u"task files cannot be opened yet: %1"_s.arg(parser.positionalArguments().first()));
    QStringList ofServer{u"port"_s};
    for (const ServerFlag &one : serverFlags())
        ofServer << one.name;
    for (const QString &name : std::as_const(ofServer)) {
        if (parser.isSet(u"no-server"_s) && parser.isSet(name))
            return failure(ErrorCode::InvalidArgument,
                           u"--no-server and --%1 exclude each other"_s.arg(name));
    }

    const auto given = [&parser](const QString &name) {
        return parser.isSet(name) ? std::optional(parser.value(name)) : std::nullopt;
    };
    const auto port = Environment::choosePort(given(u"port"_s));
    if (!port)
        return std::unexpected(port.error());
    const auto store = Environment::chooseStore(given(u"db"_s));
    if (!store)
        return std::unexpected(store.error());
    // The engine refuses it too, but a window that can only say so is of no use.
    if (store->path == ":memory:"_L1)
        return failure(ErrorCode::StoreUnavailable,
                       u"a durable store cannot be in memory: %1 is :memory:"_s.arg(store->reason));

    options.serve = !parser.isSet(u"no-server"_s);
    options.tour = parser.value(u"tour"_s).toUtf8();
    if (parser.isSet(u"tour"_s) && !tourNames().contains(options.tour))
        return failure(
            ErrorCode::InvalidArgument,
            u"there is no tour \"%1\"; there are: %2"_s.arg(
                QString::fromUtf8(options.tour), QString::fromUtf8(tourNames().join(", "))));
    if (parser.isSet(u"tour"_s) && Environment::isProduction())
        return failure(ErrorCode::InvalidArgument,
                       u"a tour crashes a task on purpose, and that is off in production"_s);
    options.server.port = *port;
    if (const auto set = setServer(options.server, parser); !set)
        return std::unexpected(set.error());
    options.plugins = parser.values(u"plugin"_s);
    EngineConfig &engine = options.engine;
    engine.storePath = store->path;
    if (const auto set = setEngine(engine, parser); !set)
        return std::unexpected(set.error());
    // On in the window without a flag; production turns it off everywhere.
    engine.testMode = !Environment::isProduction();
    return options;
}

QByteArray desktopUsage()
{
    const auto line = [](const auto &flag) {
        QByteArray help(flag.help.data(), flag.help.size() - 1); // Without its full stop, as here.
        help[0] = QChar(flag.help.front()).toLower().toLatin1();
        return QByteArray("  --" + QString(flag.name + u' ' + flag.value).toUtf8().leftJustified(26)
                          + help + '\n');
    };
    QByteArray engine;
    for (const EngineFlag &flag : engineFlags())
        engine += line(flag);
    QByteArray server;
    for (const ServerFlag &flag : serverFlags())
        server += line(flag);
    return "kintsugi: durable tasks in a window\n"
           "\n"
           "Usage: kintsugi [OPTION]…\n"
           "\n"
           "  --db FILE                   the store; by default tasks.db in the application-data "
           "folder\n"
           "  --port N                    serve on this port (7420); a free one when it is taken, "
           "or with 0\n"
           "  --no-server                 serve nothing\n"
           "  --tour NAME                 play a tour: "
        + tourNames().join(" or ") + "\n" + server
        + "  --plugin FILE               load task definitions from this library too; may be "
          "repeated\n"
        + engine
        + "  --auto-recover              stale tasks of every kind go on without a nudge\n"
          "  --test-mode                 allow crashes; on here anyway, unless "
          "KINTSUGI_ENV=production\n"
          "  --help, --version\n"_ba;
}

} // namespace Kintsugi
