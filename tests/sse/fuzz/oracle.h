// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/*! The same readings as engine/sse does, a second time: written straight from the standards, of the
 * whole input at once, slow and plain. Nothing of Qt and nothing of ours. */
namespace Oracle {

/*! UTF-8 as the Encoding standard decodes it, with U+FFFD; a byte order mark stays. */
[[nodiscard]] std::u32string decode(std::string_view bytes);
[[nodiscard]] std::string encode(std::u32string_view text); //!< To UTF-8.

struct Message
{
    std::string id;
    std::string type;
    std::string data;

    friend bool operator==(const Message &, const Message &) = default;
};

struct Stream
{
    std::vector<Message> messages{};
    std::string lastEventId{};
    std::optional<long> retry{}; //!< In ms, at most what an int holds: that bound is ours.
};

/*! An event stream of the HTML standard; \a lastEventId is in its id buffer at the start. */
[[nodiscard]] Stream readStream(std::string_view bytes, std::string_view lastEventId);

/*! How far an answer has come. */
enum class Progress { Head, Body, UntilClose, Complete, Malformed };

struct Answer
{
    Progress progress = Progress::Head;
    int status = 0; //!< 0 until the head is whole.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

/*! An HTTP/1.1 answer of RFC 9112, interim ones skipped. The bounds of HttpReader are not in it. */
[[nodiscard]] Answer readAnswer(std::string_view bytes);

} // namespace Oracle
