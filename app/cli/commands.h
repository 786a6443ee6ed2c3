// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

/*! One function a command: the arguments after its name in, the exit code out. Thread: main, with a
 * QCoreApplication. */
namespace Kintsugi::Commands {

int serve(const QStringList &arguments);
int run(const QStringList &arguments);
int runFile(const QStringList &arguments);
int list(const QStringList &arguments);
int show(const QStringList &arguments);
int tail(const QStringList &arguments);
int stop(const QStringList &arguments);
int nudge(const QStringList &arguments);
int suspend(const QStringList &arguments);
int resume(const QStringList &arguments);
int retry(const QStringList &arguments);
int signal(const QStringList &arguments);
int fork(const QStringList &arguments);
int crash(const QStringList &arguments);
int remove(const QStringList &arguments);
int key(const QStringList &arguments);
int bench(const QStringList &arguments);
int doctor(const QStringList &arguments);
int sse(const QStringList &arguments);

} // namespace Kintsugi::Commands
