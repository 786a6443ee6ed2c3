// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/command.h"

using namespace Kintsugi;

/*! commandhost STAGE LOCKFILE FOLDER PROGRAM [ARGUMENT…]: runs one command as the app would. */
int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    if (arguments.size() < 4)
        return 2;
    CommandSpec spec;
    spec.stage = arguments.takeFirst();
    spec.lockFile = arguments.takeFirst();
    spec.folder = arguments.takeFirst();
    spec.command = arguments;
    return runCommand(spec, QByteArray(), {}).worked() ? 0 : 1;
}
