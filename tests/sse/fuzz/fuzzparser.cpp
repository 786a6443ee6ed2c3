// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// SseParser on any stream, however it is cut, against the oracle. With small limits it must refuse
// at the same place in all cuts, and what it gave before must be the start of the whole.

#include "engine/sse/parser.h"
#include "tests/sse/fuzz/fuzzing.h"
#include "tests/sse/fuzz/oracle.h"

using namespace Fuzzing;
using namespace Kintsugi;

namespace {

struct Outcome
{
    QList<SseMessage> messages;
    QByteArray lastEventId;
    std::optional<std::chrono::milliseconds> retry;
    bool refused = false;

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

Outcome read(const QList<QByteArrayView> &pieces, const QByteArray &seedId, SseParserLimits limits)
{
    SseParser parser(seedId, limits);
    Outcome outcome;
    for (const QByteArrayView piece : pieces) {
        const bool taken = bool(parser.feed(piece));
        want(taken || !outcome.refused || parser.takeMessages().isEmpty(),
             "a parser that has refused gives a message");
        outcome.messages += parser.takeMessages();
        outcome.refused = !taken;
    }
    outcome.lastEventId = parser.lastEventId();
    outcome.retry = parser.retry();
    return outcome;
}

Outcome told(const Oracle::Stream &stream)
{
    Outcome outcome{.messages = {}, .lastEventId = bytesOf(stream.lastEventId), .retry = {}};
    for (const auto &[id, type, data] : stream.messages)
        outcome.messages += {bytesOf(id), bytesOf(type), bytesOf(data)};
    if (stream.retry)
        outcome.retry = std::chrono::milliseconds(*stream.retry);
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    const uint8_t choice = input.byte();
    const QByteArray seedId = choice & 1 ? "7" : "";
    const uint32_t cutSeed = choice + 1;
    const QByteArrayView stream = input.rest();

    const Outcome expected = told(Oracle::readStream(view(stream), view(seedId)));
    want(read({stream}, seedId, {}) == expected, "the whole stream reads as the standard says");
    for (const auto &pieces : waysToCut(stream, cutSeed))
        want(read(pieces, seedId, {}) == expected, "a stream that is cut reads as the whole");

    const SseParserLimits limits{.lineBytes = choice >> 4, .eventBytes = choice & 15};
    const Outcome limited = read({stream}, seedId, limits);
    for (const auto &pieces : waysToCut(stream, cutSeed))
        want(read(pieces, seedId, limits) == limited, "a limit does not depend on the pieces");
    want(limited.refused || limited == expected, "a limit that is kept changes nothing");
    want(limited.messages == expected.messages.first(limited.messages.size()),
         "what was given before a refusal stands");
    return 0;
}
