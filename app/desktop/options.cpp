// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/options.h"

#include "app/host/environment.h"

#include <QCommandLineParser>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Expected<qint64> number(const QCommandLineParser &parser, const QString &name, qint64 otherwise,
                        qint64 min, qint64 max)
{
    if (!parser.isSet(name))
        return otherwise;
    bool isNumber = false;
    const qint64 value = parser.value(name).toLongLong(&isNumber);
    if (!isNumber || value < min || value > max)
        return failure(ErrorCode::InvalidArgument,
                       u"--%1 takes a whole number from %2 to %3, not \"%4\""_s.arg(name)
                           .arg(min)
                           .arg(max)
                           .arg(parser.value(name)));
    return value;
}

} // namespace

Expected<DesktopOptions> parseDesktopOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    const auto value = [](const char *name) {
        return QCommandLineOption(QString::fromLatin1(name), {}, u"VALUE"_s);
    };
    const auto flag = [](const char *name) {
        return QCommandLineOption(QString::fromLatin1(name));
    };
    parser.addOptions({value("db"), value("port"), value("plugin"), value("stale-ms"),
                       value("recovery-interval-ms"), flag("no-server"), flag("auto-recover"),
                       flag("test-mode"), flag("help"), flag("version")});
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
    if (parser.isSet(u"no-server"_s) && parser.isSet(u"port"_s))
        return failure(ErrorCode::InvalidArgument, u"--no-server and --port exclude each other"_s);

    const auto given = [&parser](const QString &name) {
        return parser.isSet(name) ? std::optional(parser.value(name)) : std::nullopt;
    };
    const auto port = Environment::choosePort(given(u"port"_s));
    if (!port)
        return std::unexpected(port.error());
    const auto staleMs = number(parser, u"stale-ms"_s, 5000, 100, 3'600'000);
    if (!staleMs)
        return std::unexpected(staleMs.error());
    const auto recoveryMs = number(parser, u"recovery-interval-ms"_s, 1000, 10, 3'600'000);
    if (!recoveryMs)
        return std::unexpected(recoveryMs.error());
    const auto store = Environment::chooseStore(given(u"db"_s));
    if (!store)
        return std::unexpected(store.error());
    // The engine refuses it too, but a window that can only say so is of no use.
    if (store->path == ":memory:"_L1)
        return failure(ErrorCode::StoreUnavailable,
                       u"a durable store cannot be in memory: %1 is :memory:"_s.arg(store->reason));

    options.serve = !parser.isSet(u"no-server"_s);
    options.port = *port;
    options.plugins = parser.values(u"plugin"_s);
    EngineConfig &engine = options.engine;
    engine.storePath = store->path;
    engine.staleAfter = std::chrono::milliseconds(*staleMs);
    engine.heartbeatInterval = std::clamp(engine.staleAfter / 4, 25ms, 1000ms);
    engine.recoveryInterval = std::chrono::milliseconds(*recoveryMs);
    engine.autoRecover = parser.isSet(u"auto-recover"_s);
    // On in the window without a flag; production turns it off everywhere.
    engine.testMode = !Environment::isProduction();
    return options;
}

QByteArray desktopUsage()
{
    return "kintsugi: durable tasks in a window\n"
           "\n"
           "Usage: kintsugi [OPTION]…\n"
           "\n"
           "  --db FILE                   the store; by default tasks.db in the application-data "
           "folder\n"
           "  --port N                    serve on this port (7420); a free one when it is taken, "
           "or with 0\n"
           "  --no-server                 serve nothing\n"
           "  --plugin FILE               load task definitions from this library too; may be "
           "repeated\n"
           "  --stale-ms MS               a silent worker's tasks are stale after that (5000)\n"
           "  --recovery-interval-ms MS   how often stale tasks are looked for (1000)\n"
           "  --auto-recover              stale tasks of every kind go on without a nudge\n"
           "  --test-mode                 allow crashes; on here anyway, unless "
           "KINTSUGI_ENV=production\n"
           "  --help, --version\n"_ba;
}

} // namespace Kintsugi
