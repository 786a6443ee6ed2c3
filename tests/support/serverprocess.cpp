// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/serverprocess.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QTest>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr int kPatienceMs = 20'000;
}

ServerProcess::ServerProcess()
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
}

ServerProcess::~ServerProcess()
{
    kill();
}

bool ServerProcess::start(const QStringList &moreArguments)
{
    m_process.start(QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi-cli"),
                    QStringList{u"serve"_s, u"--db"_s, storePath(), u"--port"_s,
                                QString::number(m_port), u"--test-mode"_s, u"--stale-ms"_s,
                                u"1000"_s}
                        + moreArguments);
    QByteArray line;
    const bool listens = QTest::qWaitFor(
        [&] {
            line += m_process.readAllStandardOutput();
            return line.contains('\n') || m_process.state() == QProcess::NotRunning;
        },
        kPatienceMs);
    if (!listens || !line.startsWith("listening on http://127.0.0.1:"))
        return false;
    m_port = quint16(line.trimmed().split(':').last().toUInt());
    return m_port != 0;
}

void ServerProcess::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(kPatienceMs);
}

int ServerProcess::terminate()
{
    m_process.terminate();
    const bool ended =
        QTest::qWaitFor([&] { return m_process.state() == QProcess::NotRunning; }, kPatienceMs);
    return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QUrl ServerProcess::url(const QString &path) const
{
    return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_port).arg(path));
}

QJsonObject ServerProcess::Answer::object() const
{
    return QJsonDocument::fromJson(body).object();
}

ServerProcess::Answer ServerProcess::wait(QNetworkReply *reply)
{
    const bool came = QTest::qWaitFor([&] { return reply->isFinished(); }, kPatienceMs);
    Answer answer;
    if (came) {
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
    }
    reply->deleteLater();
    return answer;
}

ServerProcess::Answer ServerProcess::get(const QString &path)
{
    return wait(m_network.get(QNetworkRequest(url(path))));
}

ServerProcess::Answer ServerProcess::post(const QString &path, const QByteArray &json)
{
    QNetworkRequest request(url(path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
    request.setRawHeader("Accept", "application/json");
    return wait(m_network.post(request, json));
}

} // namespace Kintsugi
