// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/connectionguard.h"

#include "app/http/requestsocket.h"

#include <QLoggingCategory>

#include <algorithm>
#include <cerrno>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcGuard, "kintsugi.http.guard")

namespace {

constexpr qint64 kOtherFiles =
    512; //!< What the store, the pool and the window need beside sockets.
constexpr qint64 kCommandFiles = 16'000; //!< The pipes of 2,000 tasks that each run a command.
constexpr int kBacklog = 1024;
constexpr int kAtOnce = 100; //!< Accepted, before those who are here have their turn.
constexpr auto kResumeAfter = 100ms;

/*! \a limits as far as so many files go. Connections never take them all: a thread that finds none
 *  for itself ends the process, and a store that finds none cannot commit. */
GuardLimits fitted(GuardLimits limits, qint64 files)
{
    const qint64 forSockets = files - std::min(kOtherFiles, files / 2);
    limits.refusals = int(std::min<qint64>(limits.refusals, forSockets / 8));
    limits.connections = int(std::min<qint64>(limits.connections, forSockets - limits.refusals));
    return limits;
}

} // namespace

ConnectionGuard::ConnectionGuard(const GuardLimits &limits, AccessPolicy policy,
                                 std::shared_ptr<GuardTally> tally, QObject *parent)
    : QTcpServer(parent)
    , m_policy(std::make_shared<AccessPolicy>(std::move(policy)))
    , m_tally(tally ? std::move(tally) : std::make_shared<GuardTally>())
{
    const qint64 files =
        raiseFileLimit(limits.connections + limits.refusals + kOtherFiles + kCommandFiles);
    m_limits = std::make_shared<GuardLimits>(fitted(limits, files));
    if (m_limits->connections < limits.connections)
        qCWarning(lcGuard) << "only" << files << "files may be open: at most"
                           << m_limits->connections << "connections";
    setListenBacklogSize(kBacklog);

    m_resume.setParent(this); // To go along to another thread.
    m_resume.setSingleShot(true);
    connect(&m_resume, &QTimer::timeout, this, [this] { m_arrival->setEnabled(true); });
}

ConnectionGuard::~ConnectionGuard() = default;

qint64 ConnectionGuard::raiseFileLimit(qint64 wanted)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    const auto goal = rlim_t(wanted);
    if (limit.rlim_cur < goal) {
        const rlimit raised{std::min(goal, limit.rlim_max), limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return qint64(std::min(limit.rlim_cur, goal));
}

bool ConnectionGuard::listen(const QHostAddress &address, quint16 port)
{
    if (!QTcpServer::listen(address, port))
        return false;
    pauseAccepting();
    m_arrival = std::make_unique<QSocketNotifier>(socketDescriptor(), QSocketNotifier::Read, this);
    connect(m_arrival.get(), &QSocketNotifier::activated, this, &ConnectionGuard::acceptSome);
    return true;
}

QTcpSocket *ConnectionGuard::nextPendingConnection()
{
    QTcpSocket *socket = QTcpServer::nextPendingConnection();
    pauseAccepting();
    return socket;
}

void ConnectionGuard::acceptSome()
{
    for (int count = 0; count < kAtOnce; ++count) {
        const int descriptor =
            ::accept4(int(socketDescriptor()), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (descriptor >= 0) {
            incomingConnection(descriptor);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            m_isShort = false;
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return pause(errno);
        }
    }
}

/*! There is no descriptor for whoever comes, or no memory; in a moment there may be. */
void ConnectionGuard::pause(int error)
{
    if (!m_isShort)
        qCWarning(lcGuard) << "no connection can be accepted now:" << qt_error_string(error);
    m_isShort = true;
    m_arrival->setEnabled(false);
    m_resume.start(kResumeAfter);
}

void ConnectionGuard::incomingConnection(qintptr descriptor)
{
    ++m_tally->accepted;
    if (m_tally->open >= m_limits->connections + m_limits->refusals) {
        ++m_tally->dropped;
        ::close(int(descriptor));
        return;
    }
    const bool isOver = m_tally->open >= m_limits->connections;
    auto *socket = new RequestSocket(m_limits, m_policy, m_tally, this);
    if (!socket->setSocketDescriptor(descriptor)) {
        ::close(int(descriptor));
        delete socket;
        return;
    }
    connect(socket, &RequestSocket::complete, this,
            [this, socket] { addPendingConnection(socket); });
    if (isOver)
        socket->refuseUnread({.status = 503, .detail = u"Too many connections are open."_s});
    else
        socket->start();
}

} // namespace Kintsugi
