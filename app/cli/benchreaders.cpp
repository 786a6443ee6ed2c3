// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchreaders.h"

#include <QString>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kMark = "\ndata:"; // Once a frame: none of ours has two lines of data.
constexpr qsizetype kMostOfAHead = 16'384;
constexpr int kPatienceMs = 30'000;

Error systemError(const QString &what)
{
    return {ErrorCode::StoreUnavailable, what + u": "_s + qt_error_string(errno)};
}

/*! Each reader is a file; the soft limit is often 1,024. */
void allowFiles(int count)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= rlim_t(count) + 100)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, rlim_t(count) + 100);
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

BenchReaders::BenchReaders(const Clock &clock, Plan plan)
    : m_clock(clock)
    , m_plan(std::move(plan))
    , m_readers(size_t(m_plan.clients))
    , m_buffer(256 * 1024, Qt::Uninitialized)
{}

BenchReaders::~BenchReaders()
{
    for (Reader &reader : m_readers)
        close(reader);
    for (const int socket : m_stalled)
        ::close(socket);
    if (m_epoll >= 0)
        ::close(m_epoll);
}

Expected<void> BenchReaders::connectAll()
{
    allowFiles(m_plan.clients + m_plan.stalled);
    m_epoll = epoll_create1(EPOLL_CLOEXEC);
    if (m_epoll < 0)
        return std::unexpected(systemError(u"epoll"_s));
    for (Reader &reader : m_readers) {
        if (const auto done = connectOne(reader); !done)
            return done;
    }
    for (int i = 0; i < m_plan.stalled; ++i) {
        const auto socket = ask();
        if (!socket)
            return std::unexpected(socket.error());
        m_stalled.push_back(*socket);
    }
    return loop([this] { return m_heads == m_plan.clients; });
}

Expected<int> BenchReaders::ask()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return std::unexpected(systemError(u"a socket"_s));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_plan.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const QByteArray host = "127.0.0.1:" + QByteArray::number(m_plan.port);
    const QByteArray request = "GET " + m_plan.target + " HTTP/1.1\r\nHost: " + host
        + "\r\nAccept: text/event-stream\r\n\r\n";
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        || ::send(socket, request.constData(), size_t(request.size()), MSG_NOSIGNAL)
            != request.size()) {
        const Error error = systemError(u"connecting to "_s + QString::fromLatin1(host));
        ::close(socket);
        return std::unexpected(error);
    }
    return socket;
}

Expected<void> BenchReaders::connectOne(Reader &reader)
{
    const auto socket = ask();
    if (!socket)
        return std::unexpected(socket.error());
    reader.socket = *socket;
    ++m_open;
    epoll_event interest{.events = EPOLLIN, .data = {.ptr = &reader}};
    if (epoll_ctl(m_epoll, EPOLL_CTL_ADD, reader.socket, &interest) != 0)
        return std::unexpected(systemError(u"epoll"_s));
    return {};
}

Expected<BenchReaders::Figures> BenchReaders::readAll()
{
    if (const auto done = loop([this] { return m_open == 0; }); !done)
        return std::unexpected(done.error());
    Figures figures{.bytes = m_bytes, .delays = m_delays, .took = m_last - m_first};
    for (const Reader &reader : m_readers)
        figures.frames += reader.frames;
    figures.fewest = std::ranges::min(m_readers, {}, &Reader::frames).frames;
    return figures;
}

template<typename Done>
Expected<void> BenchReaders::loop(const Done &isDone)
{
    std::array<epoll_event, 256> ready{};
    while (!isDone()) {
        const int count = epoll_wait(m_epoll, ready.data(), int(ready.size()), kPatienceMs);
        if (count < 0 && errno != EINTR)
            return std::unexpected(systemError(u"epoll"_s));
        if (count == 0)
            return failure(
                ErrorCode::StoreUnavailable,
                u"no reader has got a byte for %1 s; %2 of %3 wait"_s.arg(kPatienceMs / 1000)
                    .arg(m_open)
                    .arg(m_plan.clients));
        for (int i = 0; i < count; ++i) {
            if (const auto taken = take(*static_cast<Reader *>(ready[size_t(i)].data.ptr)); !taken)
                return taken;
        }
    }
    return {};
}

Expected<void> BenchReaders::take(Reader &reader)
{
    const ssize_t size = ::recv(reader.socket, m_buffer.data(), size_t(m_buffer.size()), 0);
    if (size <= 0) {
        if (!reader.hasHead)
            return failure(ErrorCode::StoreUnavailable,
                           u"the server hung up before its answer: %1"_s.arg(
                               QString::fromUtf8(reader.rest.left(200))));
        close(reader);
        return {};
    }
    m_bytes += size;
    const QByteArrayView piece(m_buffer.constData(), size);
    if (m_plan.timesDelays)
        m_delays.note(piece, m_clock.now());
    if (reader.hasHead) {
        count(reader, piece);
        return {};
    }
    reader.rest += piece;
    const qsizetype end = reader.rest.indexOf("\r\n\r\n");
    if (end < 0 && reader.rest.size() < kMostOfAHead)
        return {};
    if (end < 0 || !reader.rest.startsWith("HTTP/1.1 200 "))
        return failure(ErrorCode::StoreUnavailable,
                       u"a reader was refused: %1"_s.arg(
                           QString::fromUtf8(reader.rest.left(reader.rest.indexOf('\r')))));
    reader.hasHead = true;
    ++m_heads;
    const QByteArray body = std::exchange(reader.rest, {}).sliced(end + 3); // From the line's end.
    count(reader, body);
    return {};
}

void BenchReaders::count(Reader &reader, QByteArrayView piece)
{
    const qint64 before = reader.frames;
    // A mark may lie across two pieces.
    const qsizetype kept = reader.rest.size();
    const QByteArray seam =
        reader.rest + piece.first(std::min(piece.size(), kMark.size() - 1)).toByteArray();
    if (const qsizetype at = seam.indexOf(kMark); at >= 0 && at < kept)
        ++reader.frames;
    for (qsizetype at = piece.indexOf(kMark); at >= 0; at = piece.indexOf(kMark, at + 1))
        ++reader.frames;
    if (piece.size() < kMark.size())
        reader.rest = seam.right(kMark.size() - 1);
    else
        reader.rest = piece.last(kMark.size() - 1).toByteArray();
    if (reader.frames == before)
        return;
    m_last = m_clock.monotonic();
    if (m_first == Monotonic{})
        m_first = m_last;
    if (m_plan.frames > 0 && reader.frames >= m_plan.frames)
        close(reader);
}

void BenchReaders::close(Reader &reader)
{
    if (reader.socket < 0)
        return;
    ::close(std::exchange(reader.socket, -1)); // Which takes it out of the epoll, too.
    --m_open;
}

} // namespace Kintsugi
