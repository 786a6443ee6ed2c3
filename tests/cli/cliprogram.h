// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/canonicaljson.h"

#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <csignal>

namespace Kintsugi {

inline constexpr int kCliPatienceMs = 20'000;

/*! One run of kintsugi-cli, without the environment of whoever runs the tests. */
class CliProgram
{
    Q_DISABLE_COPY_MOVE(CliProgram)

public:
    explicit CliProgram(const QStringList &arguments,
                        const QMap<QString, QString> &environment = {})
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"KINTSUGI_DB", "KINTSUGI_PORT", "KINTSUGI_ENV", "KINTSUGI_FAULT",
                                 "KINTSUGI_TEST_MODE", "PGHOST", "NO_COLOR", "QT_LOGGING_RULES"})
            variables.remove(QLatin1StringView(name));
        for (auto it = environment.begin(); it != environment.end(); ++it)
            variables.insert(it.key(), it.value());
        m_process.setProcessEnvironment(variables);
        m_process.start(QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi-cli"), arguments);
    }
    ~CliProgram()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished(kCliPatienceMs);
    }

    /*! Its exit code; -1 when it does not end by itself. */
    [[nodiscard]] int code()
    {
        const bool ended = QTest::qWaitFor(
            [this] { return m_process.state() == QProcess::NotRunning; }, kCliPatienceMs);
        take();
        return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    [[nodiscard]] bool prints(QByteArrayView part)
    {
        return QTest::qWaitFor(
            [this, part] {
                take();
                return m_out.contains(part);
            },
            kCliPatienceMs);
    }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    void signal(int number) { ::kill(pid_t(m_process.processId()), number); }

    [[nodiscard]] QByteArray out() const { return m_out; }
    [[nodiscard]] QByteArray err() const { return m_err; }
    /*! Every line of the output as JSON; an empty list when one of them is none. */
    [[nodiscard]] QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray &line : m_out.split('\n')) {
            const auto value = parseJson(line);
            if (value && value->isObject())
                objects << value->toObject();
            else if (!line.isEmpty())
                return {};
        }
        return objects;
    }
    [[nodiscard]] QJsonObject last() const
    {
        const QList<QJsonObject> all = lines();
        return all.isEmpty() ? QJsonObject() : all.last();
    }

private:
    void take()
    {
        m_out += m_process.readAllStandardOutput();
        m_err += m_process.readAllStandardError();
    }

    QProcess m_process;
    QByteArray m_out;
    QByteArray m_err;
};

/*! `serve` on a free port; its address once it accepts connections. */
[[nodiscard]] inline QString addressOf(CliProgram &serve)
{
    if (!serve.prints("\n"))
        return {};
    const QByteArray line = serve.out().split('\n').first();
    return line.startsWith("listening on ") ? QString::fromLatin1(line.sliced(13)) : QString();
}

} // namespace Kintsugi
