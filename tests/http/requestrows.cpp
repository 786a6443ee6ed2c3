// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/requestrows.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QByteArray withLine(const QByteArray &line)
{
    return line + "\r\nHost: localhost\r\n\r\n"_ba;
}

QByteArray withTarget(const QByteArray &target)
{
    return withLine("GET "_ba + target + " HTTP/1.1"_ba);
}

QByteArray withHeaders(const QByteArray &lines)
{
    return "GET /a HTTP/1.1\r\nHost: localhost\r\n"_ba + lines + "\r\n"_ba;
}

QByteArray withHost(const QByteArray &host)
{
    return "GET /a HTTP/1.1\r\nHost: "_ba + host + "\r\n\r\n"_ba;
}

QByteArray withOrigin(const QByteArray &origin, const QByteArray &method = "GET"_ba)
{
    return method + " /a HTTP/1.1\r\nHost: localhost:7420\r\nOrigin: "_ba + origin + "\r\n\r\n"_ba;
}

QByteArray withBody(const QByteArray &lines, const QByteArray &body)
{
    return "POST /a HTTP/1.1\r\nHost: localhost\r\n"_ba + lines + "\r\n"_ba + body;
}

QByteArray withChunks(const QByteArray &chunks)
{
    return withBody("Transfer-Encoding: chunked\r\n"_ba, chunks);
}

void addLines(QList<RequestRow> &rows)
{
    rows += {
        {"a plain request", withTarget("/a"_ba), 200},
        {"one empty line before the request", "\r\n"_ba + withTarget("/a"_ba), 200},
        {"two empty lines before the request", "\r\n\r\n"_ba + withTarget("/a"_ba), 400},
        {"a bare line feed after the request line", "GET /a HTTP/1.1\nHost: localhost\r\n\r\n"_ba,
         400},
        {"a bare line feed after a header", "GET /a HTTP/1.1\r\nHost: localhost\n\r\n"_ba, 400},
        {"a bare line feed as the blank line", "GET /a HTTP/1.1\r\nHost: localhost\r\n\n"_ba, 400},
        {"a bare carriage return in a value", withHeaders("X: a\rb\r\n"_ba), 400},
        {"a bare carriage return as a line end", "GET /a HTTP/1.1\rHost: localhost\r\n\r\n"_ba,
         400},
        {"two carriage returns at a line's end", withHeaders("X: a\r\r\n"_ba), 400},
        {"no version", withLine("GET /a"_ba), 400},
        {"no target", withLine("GET HTTP/1.1"_ba), 400},
        {"two blanks in the line", withLine("GET  /a HTTP/1.1"_ba), 400},
        {"a blank at the line's end", withLine("GET /a HTTP/1.1 "_ba), 400},
        {"a blank at the line's beginning", withLine(" GET /a HTTP/1.1"_ba), 400},
        {"a tab in the line", withLine("GET\t/a HTTP/1.1"_ba), 400},
        {"a blank in the target", withLine("GET /a b HTTP/1.1"_ba), 400},
        {"a method that is no token", withLine("G(T /a HTTP/1.1"_ba), 400},
        {"a lower-case version", withLine("GET /a http/1.1"_ba), 400},
        {"a version of another protocol", withLine("GET /a ICAP/1.0"_ba), 400},
        {"a version that is no number", withLine("GET /a HTTP/1.x"_ba), 400},
        {"HTTP/1.0", "GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n"_ba, 200},
        {"HTTP/1.2", withLine("GET /a HTTP/1.2"_ba), 505},
        {"HTTP/0.9", withLine("GET /a HTTP/0.9"_ba), 505},
        {"HTTP/2", withLine("GET /a HTTP/2"_ba), 505},
        {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"_ba, 505},
        {"an unknown method", withLine("BREW /a HTTP/1.1"_ba), 501},
        {"a lower-case method", withLine("get /a HTTP/1.1"_ba), 501},
        {"TRACE", withLine("TRACE /a HTTP/1.1"_ba), 501},
        {"CONNECT", withLine("CONNECT localhost:80 HTTP/1.1"_ba), 501},
        {"an endless method", QByteArray(9000, 'M'), 501},
        {"an endless line that is no method", QByteArray(9000, '('), 400},
        {"HEAD", withLine("HEAD /a HTTP/1.1"_ba), 200},
        {"PUT", withLine("PUT /a HTTP/1.1"_ba), 200},
        {"DELETE", withLine("DELETE /a HTTP/1.1"_ba), 200},
        {"OPTIONS", withLine("OPTIONS /a HTTP/1.1"_ba), 200},
        {"PATCH", withLine("PATCH /a HTTP/1.1"_ba), 200},
        {"the greeting of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"_ba, 400},
        {"garbage", "\xff\xfe\x00\x01garbage\r\n\r\n"_ba, 400},
    };
}

void addTargets(QList<RequestRow> &rows)
{
    rows += {
        {"a target of 8 KiB", withTarget("/"_ba + QByteArray(8191, 'a')), 200},
        {"a target of 8 KiB and one byte", withTarget("/"_ba + QByteArray(8192, 'a')), 414},
        {"an endless target", "GET /"_ba + QByteArray(9000, 'a'), 414},
        {"a percent sign alone in the path", withTarget("/a%"_ba), 400},
        {"half an encoding in the path", withTarget("/a%4"_ba), 400},
        {"an encoding that is not hexadecimal", withTarget("/a%zz"_ba), 400},
        {"an encoded zero in the path", withTarget("/a%00"_ba), 400},
        {"an encoded letter in the path", withTarget("/%61"_ba), 200},
        {"an overlong encoding in the path", withTarget("/%c0%af"_ba), 400},
        {"text encoded in the path", withTarget("/%e3%81%82"_ba), 200},
        {"a percent sign alone in the query", withTarget("/a?q=50%"_ba), 400},
        {"JSON in the query", withTarget("/a?q={\"n\":[1]}"_ba), 200},
        {"a fragment", withTarget("/a#b"_ba), 400},
        {"a backslash in the path", withTarget("/a\\b"_ba), 400},
        {"bytes over 127 in the target", withTarget("/\xc3\xa4"_ba), 400},
        {"a control character in the target", withTarget("/a\x01"_ba), 400},
        {"a target without a slash", withTarget("a"_ba), 400},
        {"an asterisk for GET", withTarget("*"_ba), 400},
        {"an asterisk for OPTIONS", withLine("OPTIONS * HTTP/1.1"_ba), 200},
        {"two slashes at the beginning", withTarget("//evil.example/a"_ba), 200},
        {"an absolute target", withTarget("http://localhost/a"_ba), 200},
        {"an absolute target without a path", withTarget("HTTP://LOCALHOST?q=1"_ba), 200},
        {"an absolute target that is not the Host", withTarget("http://127.0.0.1/a"_ba), 400},
        {"an absolute target elsewhere",
         "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"_ba, 403},
        {"an absolute target without a Host", "GET http://localhost/ HTTP/1.1\r\n\r\n"_ba, 400},
        {"an absolute target in HTTP/1.0", "GET http://localhost/ HTTP/1.0\r\n\r\n"_ba, 200},
        {"an absolute target with a user", withTarget("http://me@localhost/a"_ba), 400},
        {"an absolute target of no host", withTarget("http:///a"_ba), 400},
        {"an absolute target of another scheme", withTarget("https://localhost/a"_ba), 400},
        {"an authority as the target", withTarget("localhost:80"_ba), 400},
    };
}

void addHeaders(QList<RequestRow> &rows)
{
    const QByteArray host = "Host: localhost\r\n"_ba;
    const QByteArray full = "GET /a HTTP/1.1\r\n"_ba + host + "X: "_ba
        + QByteArray((16 << 10) - host.size() - 5, 'x') + "\r\n\r\n"_ba;
    rows += {
        {"a folded header", withHeaders("X: a\r\n b\r\n"_ba), 400},
        {"a header folded with a tab", withHeaders("X: a\r\n\tb\r\n"_ba), 400},
        {"a blank before the first header", "GET /a HTTP/1.1\r\n Host: localhost\r\n\r\n"_ba, 400},
        {"a blank before the colon", withHeaders("X : a\r\n"_ba), 400},
        {"a header without a colon", withHeaders("X\r\n"_ba), 400},
        {"a header without a name", withHeaders(": a\r\n"_ba), 400},
        {"a bracket in a header's name", withHeaders("X[1]: a\r\n"_ba), 400},
        {"bytes over 127 in a header's name", withHeaders("X\xc3\xa4: a\r\n"_ba), 400},
        {"a zero in a header's value", withHeaders("X: a"_ba + QByteArray(1, '\0') + "b\r\n"_ba),
         400},
        {"a control character in a value", withHeaders("X: a\x08\r\n"_ba), 400},
        {"a delete character in a value", withHeaders("X: a\x7f\r\n"_ba), 400},
        {"a tab in a value", withHeaders("X: a\tb\r\n"_ba), 200},
        {"bytes over 127 in a value", withHeaders("X: \xc3\xa4\r\n"_ba), 200},
        {"an empty value", withHeaders("X:\r\n"_ba), 200},
        {"headers of 16 KiB", full, 200},
        {"headers of 16 KiB and one byte", QByteArray(full).replace("X: ", "X:  "), 431},
        {"an endless header", "GET /a HTTP/1.1\r\nX: "_ba + QByteArray(20'000, 'x'), 431},
        {"endless headers", "GET /a HTTP/1.1\r\n"_ba + QByteArray("a:\r\n").repeated(5000), 431},
        {"very many headers", withHeaders(QByteArray("a:\r\n").repeated(4000)), 200},
        {"Upgrade to a websocket",
         withHeaders("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"_ba),
         200},
        {"Upgrade to HTTP/2",
         withHeaders("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"_ba), 200},
        {"an expectation nobody knows", withHeaders("Expect: coffee\r\n"_ba), 417},
        {"two expectations", withHeaders("Expect: 100-continue, coffee\r\n"_ba), 417},
        {"100-continue without a body", withHeaders("Expect: 100-continue\r\n"_ba), 200},
    };
}

void addHosts(QList<RequestRow> &rows)
{
    rows += {
        {"no Host", "GET /a HTTP/1.1\r\n\r\n"_ba, 400},
        {"two Hosts", withHeaders("Host: localhost\r\n"_ba), 400},
        {"two Hosts in HTTP/1.0",
         "GET /a HTTP/1.0\r\nHost: localhost\r\nhost: localhost\r\n\r\n"_ba, 400},
        {"no Host in HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n"_ba, 403},
        {"an empty Host", withHost(""_ba), 403},
        {"localhost with a port", withHost("localhost:7420"_ba), 200},
        {"localhost in capitals", withHost("LOCALHOST:1"_ba), 200},
        {"127.0.0.1", withHost("127.0.0.1:7420"_ba), 200},
        {"[::1]", withHost("[::1]"_ba), 200},
        {"[::1] with a port", withHost("[::1]:7420"_ba), 200},
        {"a foreign Host", withHost("evil.example"_ba), 403},
        {"a Host that begins like ours", withHost("127.0.0.1.evil.example"_ba), 403},
        {"a Host that ends like ours", withHost("evil.localhost"_ba), 403},
        {"a Host with a dot at its end", withHost("localhost."_ba), 403},
        {"a short address", withHost("127.1"_ba), 403},
        {"another loopback address", withHost("127.0.0.2"_ba), 403},
        {"the address of everywhere", withHost("0.0.0.0"_ba), 403},
        {"a long form of ::1", withHost("[0:0:0:0:0:0:0:1]"_ba), 403},
        {"::1 without brackets", withHost("::1"_ba), 400},
        {"a list of Hosts", withHost("localhost, evil.example"_ba), 400},
        {"a Host with a user", withHost("localhost@evil.example"_ba), 400},
        {"a Host with a path", withHost("localhost/evil"_ba), 400},
        {"a Host with two ports", withHost("localhost:80:81"_ba), 400},
        {"a Host with a port that is no number", withHost("localhost:evil"_ba), 400},
        {"a Host with a port beyond all ports", withHost("localhost:65536"_ba), 400},
        {"the own Origin", withOrigin("http://localhost:7420"_ba), 200},
        {"the own Origin in capitals", withOrigin("HTTP://LocalHost:7420"_ba), 200},
        {"an Origin on another port", withOrigin("http://localhost:7421"_ba), 403},
        {"an Origin without the port", withOrigin("http://localhost"_ba), 403},
        {"an Origin by another name", withOrigin("http://127.0.0.1:7420"_ba), 403},
        {"an Origin of another scheme", withOrigin("https://localhost:7420"_ba), 403},
        {"an Origin that begins like ours", withOrigin("http://localhost:7420.evil.example"_ba),
         403},
        {"an Origin with a path", withOrigin("http://localhost:7420/"_ba), 403},
        {"a foreign Origin", withOrigin("http://evil.example"_ba), 403},
        {"a foreign Origin on POST", withOrigin("http://evil.example"_ba, "POST"_ba), 403},
        {"a foreign Origin on OPTIONS", withOrigin("http://evil.example"_ba, "OPTIONS"_ba), 403},
        {"the Origin null", withOrigin("null"_ba), 403},
        {"an empty Origin", withOrigin(""_ba), 403},
        {"two Origins", withHeaders("Origin: http://localhost\r\nOrigin: http://localhost\r\n"_ba),
         400},
        {"the default port in Origin and Host",
         "GET /a HTTP/1.1\r\nHost: localhost:80\r\nOrigin: http://localhost\r\n\r\n"_ba, 200},
    };
}

void addLengths(QList<RequestRow> &rows)
{
    const auto length = [](const QByteArray &value, const QByteArray &body = "abc"_ba) {
        return withBody("Content-Length: "_ba + value + "\r\n"_ba, body);
    };
    const auto encoding = [](const QByteArray &value) {
        return withBody("Transfer-Encoding: "_ba + value + "\r\n"_ba, "3\r\nabc\r\n0\r\n\r\n"_ba);
    };
    rows += {
        {"a body", length("3"_ba), 200},
        {"a body of GET", withHeaders("Content-Length: 3\r\n"_ba) + "abc"_ba, 200},
        {"a length with zeros before it", length("003"_ba), 200},
        {"an empty body", length("0"_ba, {}), 200},
        {"POST without a length", withBody({}, {}), 200},
        {"two lengths", withBody("Content-Length: 3\r\nContent-Length: 4\r\n"_ba, "abc"_ba), 400},
        {"the same length twice",
         withBody("Content-Length: 3\r\nContent-Length: 3\r\n"_ba, "abc"_ba), 400},
        {"a list of lengths", length("3, 3"_ba), 400},
        {"a length with a plus", length("+3"_ba), 400},
        {"a negative length", length("-3"_ba), 400},
        {"a length in hexadecimal", length("0x3"_ba), 400},
        {"a length with a fraction", length("3.0"_ba), 400},
        {"a length with a blank inside", length("1 2"_ba), 400},
        {"a length that is empty", length(""_ba), 400},
        {"a length of 1 MiB and one byte", length("1048577"_ba), 413},
        {"a length of a quintillion", length("1000000000000000000"_ba), 413},
        {"a length beyond 64 bits", length("18446744073709551619"_ba), 413},
        {"a length and an encoding",
         withBody("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"_ba, "0\r\n\r\n"_ba), 400},
        {"an encoding and a length",
         withBody("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"_ba, "0\r\n\r\n"_ba), 400},
        {"an encoding in HTTP/1.0",
         "POST /a HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"_ba,
         400},
        {"chunked in capitals", encoding("CHUNKED"_ba), 200},
        {"gzip before chunked", encoding("gzip, chunked"_ba), 501},
        {"gzip after chunked", encoding("chunked, gzip"_ba), 400},
        {"gzip alone", encoding("gzip"_ba), 400},
        {"identity", encoding("identity"_ba), 400},
        {"chunked twice", encoding("chunked, chunked"_ba), 400},
        {"chunked twice in two headers", encoding("chunked\r\nTransfer-Encoding: chunked"_ba), 400},
        {"an encoding that looks like chunked", encoding("xchunked"_ba), 400},
        {"chunked with a vertical tab",
         encoding("\x0b"
                  "chunked"_ba),
         400},
        {"chunked in quotes", encoding("\"chunked\""_ba), 400},
        {"an empty encoding", encoding(""_ba), 400},
    };
}

void addChunks(QList<RequestRow> &rows)
{
    rows += {
        {"one chunk", withChunks("3\r\nabc\r\n0\r\n\r\n"_ba), 200},
        {"two chunks", withChunks("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"_ba), 200},
        {"no chunk", withChunks("0\r\n\r\n"_ba), 200},
        {"a size with zeros before it", withChunks("0003\r\nabc\r\n000\r\n\r\n"_ba), 200},
        {"an extension", withChunks("3;name=value\r\nabc\r\n0;last\r\n\r\n"_ba), 200},
        {"a blank before the extension", withChunks("3 ;name\r\nabc\r\n0\r\n\r\n"_ba), 200},
        {"a trailer", withChunks("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"_ba), 200},
        {"a size that is not hexadecimal", withChunks("g\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a size with 0x", withChunks("0x3\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a negative size", withChunks("-3\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a size with a plus", withChunks("+3\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"an empty size", withChunks("\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a blank before the size", withChunks(" 3\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a blank after the size", withChunks("3 \r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a size that ends in a bare line feed", withChunks("3\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a bare line feed in an extension", withChunks("3;a\nb\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a control character in an extension", withChunks("3;a\x01\r\nabc\r\n0\r\n\r\n"_ba), 400},
        {"a chunk longer than its size", withChunks("3\r\nabcd\r\n0\r\n\r\n"_ba), 400},
        {"a chunk that ends in a bare line feed", withChunks("3\r\nabc\n0\r\n\r\n"_ba), 400},
        {"a chunk that ends in a bare return", withChunks("3\r\nabc\r0\r\n\r\n"_ba), 400},
        {"a size of 1 MiB and one byte", withChunks("100001\r\n"_ba), 413},
        {"a size beyond 64 bits", withChunks("10000000000000003\r\nabc\r\n0\r\n\r\n"_ba), 413},
        {"a size of very many zeros", withChunks(QByteArray(100, '0') + "3\r\nabc\r\n"_ba), 400},
        {"an endless extension", withChunks("3;"_ba + QByteArray(17'000, 'x')), 400},
        {"endless trailers", withChunks("0\r\n"_ba + QByteArray("a: b\r\n").repeated(5000)), 431},
        {"a trailer without a colon", withChunks("0\r\nX\r\n\r\n"_ba), 400},
        {"a trailer that is folded", withChunks("0\r\nX: 1\r\n 2\r\n\r\n"_ba), 400},
        {"a control character in a trailer", withChunks("0\r\nX: \x01\r\n\r\n"_ba), 400},
        {"a trailer that ends in a bare line feed", withChunks("0\r\nX: 1\n\r\n"_ba), 400},
    };
}

} // namespace

QList<RequestRow> requestRows()
{
    QList<RequestRow> rows;
    addLines(rows);
    addTargets(rows);
    addHeaders(rows);
    addHosts(rows);
    addLengths(rows);
    addChunks(rows);
    return rows;
}

} // namespace Kintsugi
