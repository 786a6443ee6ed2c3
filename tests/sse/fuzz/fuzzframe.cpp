// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Frames of any values, one behind the other, with comments and retries between: each is one
// message, which has the values less what a frame cannot spell. Read by the oracle and by
// SseParser.

#include "engine/sse/frame.h"
#include "engine/sse/parser.h"
#include "tests/sse/fuzz/fuzzing.h"
#include "tests/sse/fuzz/oracle.h"

using namespace Fuzzing;
using namespace Kintsugi;

namespace {

/*! What arrives of an id or a type. */
std::string word(QByteArrayView value)
{
    std::string kept(view(value));
    std::erase_if(kept, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
    return Oracle::encode(Oracle::decode(kept));
}

/*! What arrives of data. */
std::string text(QByteArrayView value)
{
    QByteArray lines = value.toByteArray();
    lines.replace("\r\n", "\n").replace('\r', '\n');
    return Oracle::encode(Oracle::decode(view(lines)));
}

Oracle::Message arrives(QByteArrayView id, QByteArrayView type, QByteArrayView data,
                        const std::string &idBefore)
{
    const std::string newId = word(id);
    const std::string newType = word(type);
    return {newId.empty() ? idBefore : newId, newType.empty() ? "message" : newType, text(data)};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    const uint32_t cutSeed = input.byte() + 1;
    QByteArray stream;
    std::vector<Oracle::Message> expected;
    std::string lastId;
    while (!input.rest().isEmpty()) {
        const uint8_t choice = input.byte();
        const QByteArrayView id = input.bytes(choice & 7);
        const QByteArrayView type = input.bytes((choice >> 3) & 7);
        const QByteArrayView body = input.bytes(input.byte());
        if (choice & 64)
            stream += keepAliveComment();
        if (choice & 128) {
            const Event event{.task = TaskId(id.toByteArray()),
                              .seq = choice,
                              .position = 0,
                              .attempt = 1,
                              .type = type.toByteArray(),
                              .payload = body.toByteArray(),
                              .at = {}};
            stream += encodeFrame(event);
            expected.push_back(arrives(QByteArray::number(event.seq), type, toJson(event), lastId));
        } else {
            stream += encodeFrame(id, type, body) + encodeRetry(std::chrono::milliseconds(choice));
            expected.push_back(arrives(id, type, body, lastId));
        }
        lastId = expected.back().id;
    }

    want(Oracle::readStream(view(stream), {}).messages == expected,
         "frames read as the standard says give what was put in");
    auto ways = waysToCut(stream, cutSeed);
    ways += QList<QByteArrayView>{stream};
    for (const auto &pieces : ways) {
        SseParser parser;
        for (const QByteArrayView piece : pieces)
            want(bool(parser.feed(piece)), "frames are not too large");
        std::vector<Oracle::Message> seen;
        for (const SseMessage &message : parser.takeMessages())
            seen.push_back(
                {message.id.toStdString(), message.type.toStdString(), message.data.toStdString()});
        want(seen == expected, "frames give back what was put in");
    }
    return 0;
}
