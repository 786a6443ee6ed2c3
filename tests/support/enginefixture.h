// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/engine.h"
#include "engine/tasks/builtin.h"

#include <QTemporaryDir>
#include <QTest>

namespace Kintsugi {

inline constexpr int kPatienceMs =
    20'000; //!< For a condition that must come; a test never waits for the time itself.

/*! Waits for a future while the test's event loop runs. */
template<typename T>
T await(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, kPatienceMs))
        qFatal("a future was not answered in time");
    return future.result();
}

/*! A store in a folder that goes with the test, and engines on it. */
class EngineFixture
{
public:
    [[nodiscard]] QString storePath() const
    {
        return m_folder.filePath(QStringLiteral("tasks.db"));
    }

    [[nodiscard]] EngineConfig config() const
    {
        EngineConfig config;
        config.storePath = storePath();
        config.testMode = true;
        config.staleAfter = std::chrono::milliseconds(300);
        config.heartbeatInterval = std::chrono::milliseconds(50);
        config.recoveryInterval = std::chrono::milliseconds(50);
        config.foreignPollInterval = std::chrono::milliseconds(10);
        config.parkAfter = std::chrono::hours(24); // A task that sleeps is there to be broken.
        return config;
    }
    [[nodiscard]] std::unique_ptr<Engine> open() const { return open(config(), builtinTasks()); }
    [[nodiscard]] static std::unique_ptr<Engine> open(const EngineConfig &config,
                                                      const Registry &registry)
    {
        auto engine = Engine::open(config, registry);
        if (!engine)
            qFatal("cannot open the engine: %s", qPrintable(engine.error().message));
        return std::move(*engine);
    }

    static Task taskNow(Engine &engine, const TaskId &id)
    {
        const auto task = await(engine.task({localUser(), id.bytes()}));
        return task ? *task : Task();
    }
    static QList<Event> log(Engine &engine, const TaskId &id)
    {
        QList<Event> all;
        Seq after = 0;
        while (true) {
            const auto page = await(engine.events({localUser(), id.bytes()}, after, 1000));
            if (!page)
                qFatal("no events: %s", qPrintable(page.error().message));
            all += page->events;
            if (!page->nextAfter)
                return all;
            after = *page->nextAfter;
        }
    }
    /*! "created submit tick1 tick2 …": the log in one line, for comparing whole runs. */
    static QString shortLog(Engine &engine, const TaskId &id);

    static TaskId start(Engine &engine, const QByteArray &name, const QJsonObject &input)
    {
        const auto started = await(engine.submit({.name = name, .input = input}));
        if (!started)
            qFatal("not started: %s", qPrintable(started.error().message));
        return started->task.id;
    }
    static bool reaches(Engine &engine, const TaskId &id, TaskState state)
    {
        return QTest::qWaitFor([&] { return taskNow(engine, id).state == state; }, kPatienceMs);
    }
    static bool reachesSeq(Engine &engine, const TaskId &id, Seq seq)
    {
        return QTest::qWaitFor([&] { return taskNow(engine, id).lastSeq >= seq; }, kPatienceMs);
    }
    static bool becomesStale(Engine &engine, const TaskId &id)
    {
        return QTest::qWaitFor([&] { return taskNow(engine, id).stale; }, kPatienceMs);
    }

private:
    QTemporaryDir m_folder;
};

inline QString EngineFixture::shortLog(Engine &engine, const TaskId &id)
{
    QStringList words;
    for (const Event &event : log(engine, id)) {
        const QJsonObject payload = QJsonDocument::fromJson(event.payload).object();
        QString word = QString::fromLatin1(event.type);
        for (const char *member : {"reason", "i", "fromTick", "stage", "cachedStages"}) {
            const QJsonValue value = payload.value(QLatin1String(member));
            if (value.isString())
                word += u'=' + value.toString();
            else if (value.isDouble())
                word += u'=' + QString::number(value.toInteger());
            else if (value.isArray())
                word += u'=' + value.toVariant().toStringList().join(u'+');
        }
        if (payload.value(QLatin1String("fromCache")).toBool())
            word += QStringLiteral("(cached)");
        words << word;
    }
    return words.join(u' ');
}

} // namespace Kintsugi
