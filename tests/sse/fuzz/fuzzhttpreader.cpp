// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// HttpReader on any bytes, however they are cut, against the oracle. Then the same bytes as an
// event stream that a server sends in chunks: what comes out of reader and parser must be the
// stream.

#include "engine/sse/httpreader.h"
#include "engine/sse/parser.h"
#include "tests/sse/fuzz/fuzzing.h"
#include "tests/sse/fuzz/oracle.h"

using namespace Fuzzing;
using namespace Kintsugi;

namespace {

using Oracle::Progress;

void compare(const HttpReader &reader, const QByteArray &body, bool malformed,
             const Oracle::Answer &expected)
{
    want(malformed == (expected.progress == Progress::Malformed), "it is HTTP, or not");
    want(body == bytesOf(expected.body), "the body is the one that was sent");
    want(reader.head().has_value() == (expected.status != 0), "the head is whole, or not");
    if (!malformed) {
        want(reader.isComplete() == (expected.progress == Progress::Complete), "it is whole");
        want(reader.endsWithConnection() == (expected.progress == Progress::UntilClose),
             "it ends with the connection");
    }
    if (expected.status == 0)
        return;
    want(reader.head()->status == expected.status, "the status");
    want(size_t(reader.head()->headers.size()) == expected.headers.size(), "so many headers");
    for (size_t i = 0; i < expected.headers.size(); ++i) {
        const auto &[name, value] = reader.head()->headers[qsizetype(i)];
        want(name == bytesOf(expected.headers[i].first), "the name of a header");
        want(value == bytesOf(expected.headers[i].second), "the value of a header");
    }
}

void readAny(const QList<QByteArrayView> &pieces, const Oracle::Answer &expected)
{
    HttpReader reader;
    QByteArray body;
    bool malformed = false;
    for (const QByteArrayView piece : pieces) {
        malformed = !reader.feed(piece);
        body += reader.takeBody();
        if (malformed)
            break;
    }
    compare(reader, body, malformed, expected);
}

/*! \a body as a server may send it: behind interim answers, in chunks of any size, with extensions
 * and trailers. */
QByteArray sentInChunks(QByteArrayView body, Input &choices)
{
    QByteArray out;
    const uint8_t choice = choices.byte();
    const QByteArray end = choice & 1 ? "\n" : "\r\n";
    if (choice & 2)
        out += "HTTP/1.1 103 Early Hints" + end + "Link: </x>" + end + end;
    out += "HTTP/1.1 200 OK" + end + "Transfer-Encoding:" + (choice & 4 ? " Chunked " : "chunked")
        + end + end;
    while (!body.isEmpty()) {
        const auto length = qMin(qsizetype(choices.byte()) + 1, body.size());
        out += (choice & 8 ? "0" : "") + QByteArray::number(length, 16)
            + (choice & 16 ? ";a=\"b\"" : "") + end + body.first(length) + end;
        body = body.sliced(length);
    }
    return out + "0" + end + (choice & 32 ? "Digest: x" + end : QByteArray()) + end
        + (choice & 64 ? "HTTP/1.1 200 OK" : "");
}

void readStream(const QList<QByteArrayView> &pieces, QByteArrayView body)
{
    HttpReader reader;
    SseParser parser;
    for (const QByteArrayView piece : pieces) {
        want(bool(reader.feed(piece)), "chunks are HTTP");
        want(bool(parser.feed(reader.takeBody())), "the stream is not too large");
    }
    want(reader.isComplete(), "the last chunk is the end");
    const QList<SseMessage> messages = parser.takeMessages();
    const Oracle::Stream expected = Oracle::readStream(view(body), {});
    want(size_t(messages.size()) == expected.messages.size(), "so many messages");
    for (size_t i = 0; i < expected.messages.size(); ++i) {
        const auto &[id, type, data] = expected.messages[i];
        want(messages[qsizetype(i)] == SseMessage{bytesOf(id), bytesOf(type), bytesOf(data)},
             "a message is the one that was sent");
    }
    want(parser.lastEventId() == bytesOf(expected.lastEventId), "the last event id");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    const uint32_t cutSeed = input.byte() + 1;
    const QByteArrayView answer = input.rest();
    for (const QByteArrayView part : {answer, answer.first(answer.size() * cutSeed / 257)}) {
        const Oracle::Answer expected = Oracle::readAnswer(view(part));
        readAny({part}, expected);
        for (const auto &pieces : waysToCut(part, cutSeed))
            readAny(pieces, expected);
    }

    Input choices(data, size);
    const QByteArray chunks = sentInChunks(answer, choices);
    readStream({chunks}, answer);
    for (const auto &pieces : waysToCut(chunks, cutSeed))
        readStream(pieces, answer);
    return 0;
}
