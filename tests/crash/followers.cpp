// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/crash/followers.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/event.h"

#include <QFileInfo>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 20'000;
const QString kEventSource = QStringLiteral(KINTSUGI_EVENTSOURCE);

QStringList arguments(const FollowedRun &run)
{
    return {run.server.toString(), run.id, run.name, QString::fromUtf8(run.input)};
}

QStringList node(const QString &script, const FollowedRun &run)
{
    const QString folder = QStringLiteral(KINTSUGI_SOURCE_DIR "/tests/crash/");
    return QStringList{QStringLiteral(KINTSUGI_NODE), folder + script} + arguments(run);
}

QString reattach(const FollowedRun &run)
{
    return run.server.toString() + u"/api/durable-example/reattach/"_s + run.id;
}

} // namespace

QList<FollowerKind> followerKinds()
{
    QList<FollowerKind> kinds{
        {u"subscribeToTask"_s,
         [](const FollowedRun &run) {
             return QStringList{QStringLiteral(KINTSUGI_TYPED_FOLLOWER)} + arguments(run);
         }},
        {u"client.mjs"_s, [](const FollowedRun &run) { return node(u"followclient.mjs"_s, run); }},
        {u"curl"_s, [](const FollowedRun &run) { return node(u"followcurl.mjs"_s, run); }},
        {u"kintsugi-cli sse"_s,
         [](const FollowedRun &run) {
             return QStringList{QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi-cli"), u"sse"_s,
                                reattach(run)};
         }},
    };
    if (QFileInfo::exists(QString(kEventSource + u"/installed.json"_s)))
        kinds << FollowerKind{u"EventSource of npm"_s, [](const FollowedRun &run) {
                                  return node(u"followeventsource.mjs"_s, run);
                              }};
    return kinds;
}

Follower::Follower(const FollowerKind &kind, const FollowedRun &run)
    : m_name(kind.name)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process,
                     [this] { takeLines(); });
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"KINTSUGI_EVENTSOURCE"_s, kEventSource);
    m_process.setProcessEnvironment(environment);
    QStringList command = kind.command(run);
    const QString program = command.takeFirst();
    m_process.start(program, command);
}

Follower::~Follower()
{
    m_process.kill();
    m_process.waitForFinished(kPatienceMs);
}

qsizetype Follower::count(QByteArrayView type, int attempt) const
{
    return std::ranges::count(m_kinds, std::pair(type.toByteArray(), attempt));
}

bool Follower::hasSeenTheEnd() const
{
    return !m_kinds.isEmpty() && isTerminalEvent(m_kinds.last().first);
}

int Follower::exitCode() const
{
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

void Follower::tellServerIsBack()
{
    if (!hasEnded())
        m_process.write("back\n");
}

void Follower::takeLines()
{
    m_rest += m_process.readAllStandardOutput();
    for (qsizetype end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
        takeLine(m_rest.first(end));
        m_rest.remove(0, end + 1);
    }
}

void Follower::takeLine(const QByteArray &line)
{
    const QJsonObject message = parseJson(line).value_or(QJsonValue()).toObject();
    const QByteArray data = message["data"_L1].toString().toUtf8();
    const QJsonObject event = parseJson(data).value_or(QJsonValue()).toObject();
    const QString type = event["type"_L1].toString();
    if (message["id"_L1].toString() != QString::number(event["seq"_L1].toInteger())
        || message["event"_L1].toString() != type || type.isEmpty())
        m_fault += m_name + u" handed out "_s + QString::fromUtf8(line) + u'\n';
    m_seen << data;
    m_kinds.emplaceBack(type.toUtf8(), event["attempt"_L1].toInt());
}

} // namespace Kintsugi
