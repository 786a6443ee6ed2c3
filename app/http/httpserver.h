// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/api.h"
#include "app/http/connectionguard.h"

#include <QFuture>
#include <QHostAddress>
#include <QThread>
#include <QUrl>

#include <memory>

namespace Kintsugi {

struct HttpServerSettings
{
    quint16 port = 7420; //!< 0 picks a free one.
    bool anotherPortWillDo = false; //!< When the port is taken: a free one instead of an error.
    GuardLimits guard{};
    QHostAddress address{}; //!< Null: 127.0.0.1 and ::1.
    AccessPolicy access{};
    StreamSettings streams{};
    ApiSettings api{};
};

/*! The engine on 127.0.0.1 and ::1 unless told otherwise, for curl, browsers and other programs:
 * contract §4 and §5.
 *
 *  Thread: the caller's; the server itself lives in a thread of its own, so that no slow reader
 * holds anybody.
 */
class HttpServer final
{
    Q_DISABLE_COPY_MOVE(HttpServer)

public:
    /*! Listens and serves. Conflict when the port is taken, with a sentence that names it. \a
     * engine outlives the server. */
    [[nodiscard]] static Expected<std::unique_ptr<HttpServer>> start(Engine &engine,
                                                                     HttpServerSettings settings);
    ~HttpServer(); //!< Ends the streams, then the thread.

    [[nodiscard]] quint16 port() const { return m_port; }
    /*! Where it can be reached from this machine: http://127.0.0.1:PORT, or the one address that
     * it is bound to. */
    [[nodiscard]] QUrl url() const;
    [[nodiscard]] int streamCount() const; //!< Clients that read events now.
    [[nodiscard]] qint64 droppedCount() const; //!< Clients that were too slow, since it began.
    /*! Who they are, as seen in the server's own thread. */
    [[nodiscard]] QFuture<StreamsReport> streams() const;
    /*! Ends the stream of that id: true, or false when it is gone already. The client may come
     * back at once, with the last event id that it has. */
    [[nodiscard]] QFuture<bool> endStream(quint64 id);

private:
    class Dispatcher;
    HttpServer() = default;
    template<typename Answer>
    [[nodiscard]] auto inServer(Answer answer) const; //!< What \a answer gives in its thread.

    QThread m_thread;
    Dispatcher *m_dispatcher = nullptr; //!< Lives and dies in m_thread.
    QHostAddress m_address; //!< Of url().
    quint16 m_port = 0;
};

} // namespace Kintsugi
