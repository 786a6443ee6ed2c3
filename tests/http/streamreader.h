// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "tests/support/rawhttp.h"

#include <QList>

namespace Kintsugi {

/*! An event stream taken apart to the letter: what is not exactly a frame of ours is strange. */
struct ReadStream
{
    struct Frame
    {
        qint64 id = 0;
        QByteArray event;
        QByteArray data;
    };
    QByteArray firstLine{};
    qint64 firstId = -1; //!< Of the block that it begins with, which bears no event.
    QList<Frame> frames{};
    int keepAlives = 0;
    QList<QByteArray> strange{};
    QByteArray unfinished{}; //!< After the last blank line.

    /*! True when the ids go from \a first on without gap, double or anything strange. */
    [[nodiscard]] bool isWholeFrom(qint64 first) const
    {
        for (qsizetype i = 0; i < frames.size(); ++i) {
            if (frames[i].id != first + i)
                return false;
        }
        return strange.isEmpty();
    }
    [[nodiscard]] QByteArray lastEvent() const
    {
        return frames.isEmpty() ? QByteArray() : frames.last().event;
    }
};

[[nodiscard]] inline ReadStream readStream(const QByteArray &body)
{
    ReadStream stream;
    qsizetype from = 0;
    for (qsizetype end = body.indexOf("\n\n"); end >= 0; end = body.indexOf("\n\n", from)) {
        const QByteArray block = body.sliced(from, end - from);
        const QList<QByteArray> lines = block.split('\n');
        if (from == 0)
            stream.firstLine = lines.first();
        const bool isFirst = from == 0;
        from = end + 2;
        if (isFirst && lines.size() == 2 && lines[1].startsWith("id: "))
            stream.firstId = lines[1].sliced(4).toLongLong();
        else if (block == ": keep-alive")
            ++stream.keepAlives;
        else if (lines.size() == 3 && lines[0].startsWith("id: ") && lines[1].startsWith("event: ")
                 && lines[2].startsWith("data: "))
            stream.frames.append(
                {lines[0].sliced(4).toLongLong(), lines[1].sliced(7), lines[2].sliced(6)});
        else if (block != stream.firstLine)
            stream.strange.append(block);
    }
    stream.unfinished = body.sliced(from);
    return stream;
}

} // namespace Kintsugi
