// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// faultchild STORE TASK INPUT [POINT OCCURRENCE]: runs a task to its end, or up to where it is to
// be killed.

#include "tests/runtime/faulthost.h"

#include <QCoreApplication>
#include <QJsonDocument>

using namespace Kintsugi;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() < 4)
        return 2;
    FaultHost host(arguments[1]);
    if (arguments.size() > 5) {
        const auto point = faultPointFromWire(arguments[4].toUtf8());
        if (!point)
            return 2;
        host.faults().arm({*point, arguments[5].toInt(), Fault::Action::Kill});
    }
    const TaskId id =
        host.start(arguments[2].toUtf8(), QJsonDocument::fromJson(arguments[3].toUtf8()).object());
    return host.awaitEnd(id) ? 0 : 1;
}
