// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/faultpoints.h"
#include "tests/support/enginefixture.h"

namespace Kintsugi {

/*! One engine on a store, with fault points: in the test's own process, or in one that is killed.
 */
class FaultHost
{
public:
    explicit FaultHost(const QString &store);

    FaultPoints &faults() { return *m_faults; }
    Engine &engine() { return *m_engine; }
    /*! Starts the task, or takes it up; sends the signal that the showcase wants. Gives its id. */
    TaskId start(const QByteArray &name, const QJsonObject &input);
    /*! Waits until it has ended, however often it is taken up meanwhile. */
    bool awaitEnd(const TaskId &id);

private:
    std::shared_ptr<FaultPoints> m_faults = std::make_shared<FaultPoints>(); // With the engine.
    std::unique_ptr<Engine> m_engine;
};

} // namespace Kintsugi
