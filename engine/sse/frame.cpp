// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"

#include <algorithm>

namespace Kintsugi {

namespace {

bool isLineBreak(char c)
{
    return c == '\n' || c == '\r';
}

void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    const auto isSpelled = [](char c) { return !isLineBreak(c) && c != '\0'; };
    if (!std::ranges::any_of(value, isSpelled))
        return; // An empty id would take the last one away.
    out += name;
    out += ": ";
    std::ranges::copy_if(value, std::back_inserter(out), isSpelled);
    out += '\n';
}

void appendData(QByteArray &out, QByteArrayView data)
{
    while (true) {
        const auto end = std::ranges::find_if(data, isLineBreak);
        const qsizetype length = end - data.begin();
        out += "data: ";
        out += data.first(length);
        out += '\n';
        if (end == data.end())
            return;
        const bool pair = data.sliced(length).startsWith("\r\n");
        data = data.sliced(length + (pair ? 2 : 1));
    }
}

} // namespace

QByteArray encodeFrame(const Event &event)
{
    return encodeFrame(QByteArray::number(event.seq), event.type, toJson(event));
}

QByteArray encodeFrame(QByteArrayView id, QByteArrayView type, QByteArrayView data)
{
    QByteArray out;
    out.reserve(id.size() + type.size() + data.size() + 24);
    appendField(out, "id", id);
    appendField(out, "event", type);
    appendData(out, data);
    out += '\n';
    return out;
}

QByteArray encodeRetry(std::chrono::milliseconds delay)
{
    const qint64 count = std::max<qint64>(0, delay.count());
    return "retry: " + QByteArray::number(count) + "\n\n";
}

QByteArray keepAliveComment()
{
    return QByteArrayLiteral(": keep-alive\n\n");
}

} // namespace Kintsugi
