// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/context.h"
#include "tests/http/apifixture.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Kintsugi {

struct FloodInput
{
    Q_GADGET
    Q_PROPERTY(int events MEMBER events)
    Q_PROPERTY(int bytes MEMBER bytes)

public:
    int events = 10;
    int bytes = 1;
};

struct Drop
{
    Q_GADGET
    Q_CLASSINFO("event", "drop")
    Q_PROPERTY(QString text MEMBER text)

public:
    QString text;
};

struct FloodResult
{
    Q_GADGET
    Q_PROPERTY(int events MEMBER events)

public:
    int events = 0;
};

/*! More bytes than any buffer between two sockets holds. */
inline constexpr TaskDefinition<FloodInput, FloodResult, Drop> kFlood{.name = "flood"};

inline Coro<FloodResult> flood(Context &ctx, FloodInput input)
{
    const QString text(input.bytes, QLatin1Char('x'));
    for (int i = 0; i < input.events; ++i)
        co_await ctx.emit(Drop{text});
    co_return FloodResult{input.events};
}

/*! The built-in definitions, and flood. */
[[nodiscard]] inline Registry withFlood()
{
    Registry registry = builtinTasks();
    registry.add(kFlood, flood);
    return registry;
}

/*! Looks often at its streams, and soon takes one for stalled. */
[[nodiscard]] inline HttpServerSettings impatient()
{
    HttpServerSettings settings;
    settings.streams.keepAlive =
        std::chrono::milliseconds(200); // The streams are looked at four times as often.
    settings.streams.stall = std::chrono::milliseconds(300);
    return settings;
}

/*! A connection that is given a request and is never read until somebody does. */
class StalledClient
{
    Q_DISABLE_COPY_MOVE(StalledClient)

public:
    StalledClient(quint16 port, const QByteArray &request)
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const int small = 4096;
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto *plain = reinterpret_cast<const sockaddr *>(&address);
        if (::connect(m_socket, plain, sizeof address) != 0
            || ::send(m_socket, request.constData(), size_t(request.size()), 0) != request.size())
            qFatal("cannot connect");
    }
    ~StalledClient() { ::close(m_socket); }

    /*! Up to \a most bytes of what has come; an empty array: nothing yet. */
    [[nodiscard]] QByteArray read(qsizetype most)
    {
        QByteArray bytes(most, '\0');
        const auto got = ::recv(m_socket, bytes.data(), size_t(most), MSG_DONTWAIT);
        m_isOver = m_isOver || got == 0 || (got < 0 && errno != EAGAIN);
        return bytes.first(std::max<qsizetype>(0, got));
    }
    /*! All that comes until the end, so much with each turn of the event loop; none when the end
     * does not come in time. */
    [[nodiscard]] std::optional<QByteArray> readToTheEnd(qsizetype atATurn, int ms = 5000)
    {
        QByteArray bytes;
        const bool ends = QTest::qWaitFor(
            [&] {
                bytes += read(atATurn);
                return m_isOver;
            },
            ms);
        return ends ? std::optional(bytes) : std::nullopt;
    }
    [[nodiscard]] bool isOver() const { return m_isOver; }

private:
    int m_socket;
    bool m_isOver = false;
};

} // namespace Kintsugi
