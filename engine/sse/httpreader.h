// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QMetaType>
#include <QUrl>

#include <optional>
#include <utility>

namespace Kintsugi {

using SseHeaders = QList<std::pair<QByteArray, QByteArray>>;

/*! The head of an answer. */
struct SseResponse
{
    int status = 0;
    QUrl url{}; //!< What answered, after redirects.
    SseHeaders headers{};

    [[nodiscard]] QByteArray header(QByteArrayView name) const; //!< In any case; empty for none.
};

/*! Reads one HTTP/1.1 answer (RFC 9112) as it comes, in pieces of any size.
 *
 *  Interim answers are skipped. The body is passed through, so nothing but a line is ever held: of
 * the head 64 KiB in all, of a chunk's size 4 KiB.
 */
class HttpReader
{
public:
    /*! Takes the next bytes; what lies behind the answer is ignored. InvalidArgument for what is no
     * HTTP, TooLarge for a head beyond its bound; after that the reader is of no more use. */
    [[nodiscard]] Expected<void> feed(QByteArrayView bytes);

    [[nodiscard]] const std::optional<SseResponse> &head() const { return m_head; }

    /*! The bytes of the body since the last call. */
    [[nodiscard]] QByteArray takeBody() { return std::exchange(m_body, {}); }

    /*! True when the answer has said where it ends and has come to it. */
    [[nodiscard]] bool isComplete() const { return m_state == State::Done; }

    /*! True when the end of the connection is how this answer ends. */
    [[nodiscard]] bool endsWithConnection() const { return m_state == State::UntilClose; }

private:
    enum class State {
        Status,
        Headers,
        UntilClose,
        Length,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailers,
        Done
    };

    [[nodiscard]] bool readsLines() const;
    [[nodiscard]] Expected<void> takeLine(QByteArrayView line);
    [[nodiscard]] Expected<void> takeStatus(QByteArrayView line);
    [[nodiscard]] Expected<void> takeHeader(QByteArrayView line);
    [[nodiscard]] Expected<void> endHead();
    [[nodiscard]] Expected<void> takeChunkSize(QByteArrayView line);
    [[nodiscard]] qsizetype takeBytes(QByteArrayView bytes);

    State m_state = State::Status;
    QByteArray m_line; //!< The start of a line whose end has not come.
    qsizetype m_lineBytes = 0; //!< Of the head, the trailers or one chunk's line so far.
    SseResponse m_answer; //!< While its head is being read.
    std::optional<SseResponse> m_head;
    quint64 m_left = 0; //!< Of the body or of this chunk.
    QByteArray m_body;
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::SseResponse)
