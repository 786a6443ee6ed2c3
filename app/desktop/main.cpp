// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/application.h"
#include "app/host/definitions.h"
#include "app/host/exitcode.h"
#include "app/host/heap.h"

#include <QApplication>
#include <QLoggingCategory>
#include <QStandardPaths>

#include <cstdio>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    keepFreedMemory();
    // Judged before there is a screen: help and refusals need none.
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    auto options = parseDesktopOptions(arguments);
    if (!options) {
        std::fprintf(stderr, "kintsugi: %s\n", qUtf8Printable(options.error().message));
        return ExitCode::of(options.error().code);
    }
    if (options->show == DesktopOptions::Show::Help) {
        std::fputs(desktopUsage().constData(), stdout);
        return ExitCode::kDone;
    }
    if (options->show == DesktopOptions::Show::Version) {
        std::printf("kintsugi %s\n", KINTSUGI_VERSION);
        return ExitCode::kDone;
    }
    auto definitions = Definitions::load(options->plugins);
    if (!definitions) {
        std::fprintf(stderr, "kintsugi: %s\n", qUtf8Printable(definitions.error().message));
        return ExitCode::of(definitions.error().code);
    }
    for (const QString &warning : std::as_const(definitions->warnings))
        std::fprintf(stderr, "kintsugi: left out: %s\n", qUtf8Printable(warning));
    int noArguments = 1;
    QApplication app(noArguments, argv);
    QApplication::setApplicationName(u"kintsugi"_s);
    QApplication::setApplicationDisplayName(u"Kintsugi"_s);
    QApplication::setApplicationVersion(QStringLiteral(KINTSUGI_VERSION));
    QApplication::setDesktopFileName(u"kintsugi"_s);
    QLoggingCategory::setFilterRules(u"kintsugi.*.info=false"_s); // QT_LOGGING_RULES beats this.
    Application application(app, std::move(*options), std::move(*definitions),
                            QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
                                + u"/kintsugi/window.conf"_s);
    application.start();
    return QApplication::exec();
}
