// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands.h"
#include "app/host/exitcode.h"
#include "app/host/heap.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <array>
#include <cstdio>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

struct Command
{
    const char *name;
    const char *words;
    const char *purpose;
    int (*run)(const QStringList &);
};

constexpr std::array kCommands{
    Command{"serve", "", "serve the engine on a local port", Commands::serve},
    Command{"run", "NAME", "run a task to its end", Commands::run},
    Command{"run-file", "FILE", "run a task file to its end", Commands::runFile},
    Command{"list", "", "list the tasks", Commands::list},
    Command{"show", "ID", "show one task", Commands::show},
    Command{"tail", "ID", "print a task's events as they come", Commands::tail},
    Command{"stop", "ID", "ask a task to stop", Commands::stop},
    Command{"nudge", "ID", "take a stale or suspended task up again", Commands::nudge},
    Command{"suspend", "ID", "ask a task to rest", Commands::suspend},
    Command{"resume", "ID", "take a suspended task up again", Commands::resume},
    Command{"retry", "ID", "give a failed or cancelled task a new attempt", Commands::retry},
    Command{"signal", "ID NAME [JSON]", "hand a signal to a task", Commands::signal},
    Command{"fork", "ID", "a new task with the steps before one done", Commands::fork},
    Command{"crash", "ID", "drop an attempt of a server in test mode", Commands::crash},
    Command{"delete", "ID", "delete a task that has ended", Commands::remove},
    Command{"key", "NAME", "print the key of a start", Commands::key},
    Command{"doctor", "", "look at a store and say what ails it", Commands::doctor},
    Command{"bench", "", "measure the engine on this disk", Commands::bench},
    Command{"sse", "URL", "read any event stream", Commands::sse},
};

void printUsage(std::FILE *out)
{
    std::fputs("kintsugi-cli: durable tasks without a screen\n\nCommands (each has --help):\n",
               out);
    for (const Command &command : kCommands)
        std::fprintf(out, "  %-8s %-14s %s\n", command.name, command.words, command.purpose);
}

} // namespace

int main(int argc, char **argv)
{
    keepFreedMemory();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"kintsugi"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(KINTSUGI_VERSION));
    QLoggingCategory::setFilterRules(u"kintsugi.*.info=false"_s); // QT_LOGGING_RULES beats this.
    const QStringList arguments = app.arguments().sliced(1);
    if (arguments.isEmpty()) {
        printUsage(stderr);
        return ExitCode::kRefused;
    }
    const QString name = arguments.first();
    if (name == u"--help"_s || name == u"-h"_s || name == u"help"_s) {
        printUsage(stdout);
        return ExitCode::kDone;
    }
    if (name == u"--version"_s) {
        std::printf("kintsugi-cli %s\n", KINTSUGI_VERSION);
        return ExitCode::kDone;
    }
    for (const Command &command : kCommands) {
        if (name == QLatin1String(command.name))
            return command.run(arguments.sliced(1));
    }
    std::fprintf(stderr, "kintsugi-cli: there is no command \"%s\"; see kintsugi-cli --help\n",
                 qUtf8Printable(name));
    return ExitCode::kRefused;
}
