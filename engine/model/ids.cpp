// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/ids.h"

#include <QMutex>
#include <QRandomGenerator>

namespace Kintsugi {

TaskId newTaskId(qint64 unixMs)
{
    // 48 bits of time, then 12 bits that count inside one millisecond (RFC 9562, 6.2, method 1),
    // then 62 random bits.
    static QMutex mutex;
    static qint64 lastMs = 0;
    static quint32 counter = 0;
    quint32 sub = 0;
    {
        const QMutexLocker lock(&mutex);
        if (unixMs > lastMs) {
            lastMs = unixMs;
            counter = QRandomGenerator::system()->bounded(0x400U);
        } else if (++counter > 0xfff) {
            ++lastMs;
            counter = 0;
        }
        unixMs = lastMs;
        sub = counter;
    }
    const quint64 random = QRandomGenerator::system()->generate64();
    const quint64 high = (quint64(unixMs) << 16) | 0x7000 | sub;
    const quint64 low = (random & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
    const QByteArray hex = QByteArray::number(high, 16).rightJustified(16, '0')
        + QByteArray::number(low, 16).rightJustified(16, '0');
    return TaskId(hex.left(8) + '-' + hex.mid(8, 4) + '-' + hex.mid(12, 4) + '-' + hex.mid(16, 4)
                  + '-' + hex.mid(20));
}

bool isTaskId(QByteArrayView text)
{
    if (text.size() != 36)
        return false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

} // namespace Kintsugi
