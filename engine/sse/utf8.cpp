// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/utf8.h"

namespace Kintsugi {

namespace {

constexpr QByteArrayView kReplacement = "\xEF\xBF\xBD";

/*! What may follow a lead byte: the range of the first trailing byte, and how many trail in all. */
struct Sequence
{
    int trailing = 0; //!< 0 for a byte that leads nothing.
    uchar lower = 0x80;
    uchar upper = 0xBF;
};

// The narrower ranges keep out overlong forms, surrogates and what lies beyond U+10FFFF.
constexpr Sequence sequenceOf(uchar lead)
{
    if (lead >= 0xC2 && lead <= 0xDF)
        return {1};
    if (lead == 0xE0)
        return {2, 0xA0, 0xBF};
    if (lead == 0xED)
        return {2, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF)
        return {2};
    if (lead == 0xF0)
        return {3, 0x90, 0xBF};
    if (lead >= 0xF1 && lead <= 0xF3)
        return {3};
    if (lead == 0xF4)
        return {3, 0x80, 0x8F};
    return {};
}

/*! How many bytes of the sequence that starts \a bytes are there before it ends or breaks. */
qsizetype goodPrefix(QByteArrayView bytes, Sequence sequence)
{
    qsizetype good = 1;
    while (good <= sequence.trailing && good < bytes.size()) {
        const auto byte = uchar(bytes[good]);
        if (byte < sequence.lower || byte > sequence.upper)
            break;
        sequence.lower = 0x80;
        sequence.upper = 0xBF;
        ++good;
    }
    return good;
}

} // namespace

QByteArray decodeUtf8(QByteArrayView bytes)
{
    if (bytes.isValidUtf8())
        return bytes.toByteArray();
    QByteArray out;
    out.reserve(bytes.size() + 16);
    while (!bytes.isEmpty()) {
        const auto lead = uchar(bytes.front());
        const Sequence sequence = sequenceOf(lead);
        const qsizetype length = lead < 0x80 ? 1 : goodPrefix(bytes, sequence);
        const bool whole =
            lead < 0x80 || (sequence.trailing > 0 && length == sequence.trailing + 1);
        out += whole ? bytes.first(length) : kReplacement;
        bytes = bytes.sliced(length);
    }
    return out;
}

} // namespace Kintsugi
