// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/sse/fuzz/oracle.h"

#include <algorithm>
#include <climits>

namespace Oracle {

namespace {

using namespace std::literals;

std::vector<std::u32string> linesOf(const std::u32string &text)
{
    std::vector<std::u32string> lines;
    std::u32string line;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != U'\r' && text[i] != U'\n') {
            line += text[i];
            continue;
        }
        if (text[i] == U'\r' && i + 1 < text.size() && text[i + 1] == U'\n')
            ++i;
        lines.push_back(line);
        line.clear();
    }
    return lines; // What has no line end is pending at the end of the stream.
}

struct NeedsMore
{};
struct Bad
{};

/*! What is left of an answer, taken from its front. */
class Rest
{
public:
    explicit Rest(std::string_view bytes)
        : m_bytes(bytes)
    {}

    std::string line()
    {
        const size_t end = m_bytes.find('\n');
        if (end == std::string_view::npos)
            throw NeedsMore();
        std::string line(m_bytes.substr(0, end));
        m_bytes.remove_prefix(end + 1);
        if (line.ends_with('\r'))
            line.pop_back();
        return line;
    }

    /*! Appends that many bytes to \a to, or as many as there are. */
    void move(unsigned long long count, std::string &to)
    {
        const auto there = size_t(std::min<unsigned long long>(count, m_bytes.size()));
        to += m_bytes.substr(0, there);
        m_bytes.remove_prefix(there);
        if (there < count)
            throw NeedsMore();
    }

    void moveAll(std::string &to) { to += std::exchange(m_bytes, {}); }

private:
    std::string_view m_bytes;
};

void want(bool condition)
{
    if (!condition)
        throw Bad();
}

bool isAll(std::string_view text, std::string_view allowed)
{
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view kSpaces = " \t\r\n\v\f";
    const size_t first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(kSpaces) - first + 1));
}

std::string lowered(std::string text)
{
    for (char &c : text)
        c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    return text;
}

int readStatus(const std::string &line)
{
    want(line.size() >= 12 && line.starts_with("HTTP/1.") && isAll(line.substr(7, 1), "0123456789")
         && line[8] == ' ' && isAll(line.substr(9, 3), "0123456789"));
    want(line.size() == 12 || line[12] == ' ');
    return std::stoi(line.substr(9, 3));
}

/*! Each of the values, in order, of the headers of that name. */
std::vector<std::string> valuesOf(const Answer &answer, std::string_view name)
{
    std::vector<std::string> values;
    for (const auto &[key, value] : answer.headers) {
        if (lowered(key) == name)
            values.push_back(value);
    }
    return values;
}

/*! The number that all of these are; none when there are none. */
std::optional<unsigned long long> lengthOf(const std::vector<std::string> &values)
{
    std::optional<unsigned long long> length;
    for (const std::string &value : values) {
        want(!value.empty() && isAll(value, "0123456789"));
        const size_t digits = value.find_first_not_of('0');
        const std::string number = digits == std::string::npos ? "0" : value.substr(digits);
        constexpr std::string_view kMost = "18446744073709551615";
        want(number.size() < kMost.size() || (number.size() == kMost.size() && number <= kMost));
        want(!length || *length == std::stoull(number));
        length = std::stoull(number);
    }
    return length;
}

void readChunks(Rest &rest, Answer &answer)
{
    while (true) {
        const std::string line = rest.line();
        const std::string size = trimmed(line.substr(0, line.find(';')));
        want(!size.empty() && size.size() <= 15 && isAll(size, "0123456789abcdefABCDEF"));
        const unsigned long long count = std::stoull(size, nullptr, 16);
        if (count == 0)
            break;
        rest.move(count, answer.body);
        want(rest.line().empty());
    }
    while (!rest.line().empty()) {}
    answer.progress = Progress::Complete;
}

/*! The elements of all headers of that name, which are one list (RFC 9110, 5.3). */
std::vector<std::string> listOf(const Answer &answer, std::string_view name)
{
    std::vector<std::string> elements;
    for (const std::string &value : valuesOf(answer, name)) {
        std::string_view left = value;
        while (true) {
            const size_t comma = left.find(',');
            if (const std::string element = trimmed(left.substr(0, comma)); !element.empty())
                elements.push_back(lowered(element));
            if (comma == std::string_view::npos)
                break;
            left.remove_prefix(comma + 1);
        }
    }
    return elements;
}

void readBody(Rest &rest, Answer &answer, int status)
{
    const auto length = lengthOf(valuesOf(answer, "content-length"));
    const auto codings = listOf(answer, "transfer-encoding");
    const bool hasNone = status == 204 || status == 304;
    want(hasNone || codings.empty() || codings == std::vector{"chunked"s});
    answer.status = status;
    answer.progress = Progress::Body;
    if (!hasNone && !codings.empty()) {
        readChunks(rest, answer);
    } else if (!hasNone && !length) {
        rest.moveAll(answer.body);
        answer.progress = Progress::UntilClose;
    } else {
        if (!hasNone)
            rest.move(*length, answer.body);
        answer.progress = Progress::Complete;
    }
}

} // namespace

// The Encoding standard, "UTF-8 decoder", with its own names.
std::u32string decode(std::string_view bytes)
{
    std::u32string out;
    char32_t codePoint = 0;
    int seen = 0;
    int needed = 0;
    unsigned lower = 0x80;
    unsigned upper = 0xBF;
    for (size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (needed == 0) {
            if (byte <= 0x7F) {
                out += char32_t(byte);
            } else if (byte >= 0xC2 && byte <= 0xDF) {
                needed = 1;
                codePoint = byte & 0x1F;
            } else if (byte >= 0xE0 && byte <= 0xEF) {
                if (byte == 0xE0)
                    lower = 0xA0;
                if (byte == 0xED)
                    upper = 0x9F;
                needed = 2;
                codePoint = byte & 0xF;
            } else if (byte >= 0xF0 && byte <= 0xF4) {
                if (byte == 0xF0)
                    lower = 0x90;
                if (byte == 0xF4)
                    upper = 0x8F;
                needed = 3;
                codePoint = byte & 0x7;
            } else {
                out += U'\uFFFD';
            }
            continue;
        }
        if (byte < lower || byte > upper) {
            codePoint = 0;
            needed = seen = 0;
            lower = 0x80;
            upper = 0xBF;
            out += U'\uFFFD';
            --i; // "Restore byte to ioQueue."
            continue;
        }
        lower = 0x80;
        upper = 0xBF;
        codePoint = (codePoint << 6) | (byte & 0x3F);
        if (++seen == needed) {
            out += codePoint;
            codePoint = 0;
            needed = seen = 0;
        }
    }
    if (needed > 0)
        out += U'\uFFFD';
    return out;
}

std::string encode(std::u32string_view text)
{
    std::string out;
    for (const char32_t c : text) {
        if (c < 0x80) {
            out += char(c);
        } else if (c < 0x800) {
            out += char(0xC0 | (c >> 6));
            out += char(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            out += char(0xE0 | (c >> 12));
            out += char(0x80 | ((c >> 6) & 0x3F));
            out += char(0x80 | (c & 0x3F));
        } else {
            out += char(0xF0 | (c >> 18));
            out += char(0x80 | ((c >> 12) & 0x3F));
            out += char(0x80 | ((c >> 6) & 0x3F));
            out += char(0x80 | (c & 0x3F));
        }
    }
    return out;
}

// The HTML standard, "Interpreting an event stream".
Stream readStream(std::string_view bytes, std::string_view lastEventId)
{
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    Stream stream{.lastEventId = std::string(lastEventId)};
    std::u32string data;
    std::u32string type;
    std::u32string id = decode(lastEventId);
    for (const std::u32string &line : linesOf(decode(bytes))) {
        if (line.empty()) {
            stream.lastEventId = encode(id);
            if (!data.empty()) {
                if (data.ends_with(U'\n'))
                    data.pop_back();
                stream.messages.push_back(
                    {stream.lastEventId, type.empty() ? "message" : encode(type), encode(data)});
            }
            data.clear();
            type.clear();
            continue;
        }
        if (line.starts_with(U':'))
            continue;
        const size_t colon = line.find(U':');
        const std::u32string field = line.substr(0, colon);
        std::u32string value = colon == std::u32string::npos ? U"" : line.substr(colon + 1);
        if (value.starts_with(U' '))
            value.erase(0, 1);
        if (field == U"event") {
            type = value;
        } else if (field == U"data") {
            data += value;
            data += U'\n';
        } else if (field == U"id") {
            if (value.find(U'\0') == std::u32string::npos)
                id = value;
        } else if (field == U"retry" && !value.empty()
                   && value.find_first_not_of(U"0123456789") == std::u32string::npos) {
            long ms = 0;
            for (const char32_t digit : value)
                ms = std::min<long>(INT_MAX, ms * 10 + long(digit - U'0'));
            stream.retry = ms;
        }
    }
    return stream;
}

Answer readAnswer(std::string_view bytes)
{
    Answer answer;
    Rest rest(bytes);
    try {
        int status = 0;
        while (status < 200) {
            status = readStatus(rest.line());
            answer.headers.clear();
            for (std::string line = rest.line(); !line.empty(); line = rest.line()) {
                const size_t colon = line.find(':');
                const std::string name = line.substr(0, colon);
                want(colon != std::string::npos && !name.empty());
                want(name.find_first_of(" \t"sv) == std::string::npos);
                want(line.find('\0') == std::string::npos);
                answer.headers.emplace_back(name, trimmed(line.substr(colon + 1)));
            }
            want(status != 101);
        }
        readBody(rest, answer, status);
    } catch (const NeedsMore &) {
    } catch (const Bad &) {
        answer.progress = Progress::Malformed;
    }
    return answer;
}

} // namespace Oracle
