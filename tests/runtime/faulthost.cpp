// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/faulthost.h"

#include "tests/runtime/showcase.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

FaultHost::FaultHost(const QString &store)
{
    EngineConfig config;
    config.storePath = store;
    config.staleAfter = 1ms; // What was dropped is stale at once.
    config.heartbeatInterval = 25ms;
    config.recoveryInterval = 5ms;
    config.parkAfter = 10ms;
    config.testMode = true;
    config.autoRecover = true;
    config.faults = m_faults;
    m_engine = EngineFixture::open(config, showcaseTasks());
}

TaskId FaultHost::start(const QByteArray &name, const QJsonObject &input)
{
    const TaskId id = EngineFixture::start(*m_engine, name, input);
    if (name == "showcase") {
        const QList<Event> log = EngineFixture::log(*m_engine, id);
        const bool hasSignal = std::ranges::any_of(
            log, [](const Event &event) { return event.type == "signal_received"; });
        if (!hasSignal)
            (void)await(m_engine->signal({localUser(), id.bytes()}, u"go"_s, u"now"_s));
    }
    return id;
}

bool FaultHost::awaitEnd(const TaskId &id)
{
    return QTest::qWaitFor([&] { return isTerminal(EngineFixture::taskNow(*m_engine, id).state); },
                           kPatienceMs);
}

} // namespace Kintsugi
