// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/accesslog.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcAccess, "kintsugi.http.access", QtWarningMsg)

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! The target with *** for the value of each parameter that the server would take for a token. */
QByteArray withoutToken(const QByteArray &target)
{
    const qsizetype mark = target.indexOf('?');
    if (mark < 0)
        return target;
    QList<QByteArray> parts = target.sliced(mark + 1).split('&');
    for (QByteArray &part : parts) {
        const qsizetype equals = part.indexOf('=');
        if (equals < 0)
            continue;
        const QByteArray name = QByteArray::fromPercentEncoding(part.first(equals)).toLower();
        if (name == "token")
            part = part.first(equals) + "=***"_ba;
    }
    return target.first(mark + 1) + parts.join('&');
}

/*! Every byte that is no printable ASCII, and the backslash itself, as \xNN. */
QByteArray escaped(const QByteArray &bytes)
{
    QByteArray text;
    text.reserve(bytes.size());
    for (const char c : bytes) {
        if (c > ' ' && c < '\x7f' && c != '\\')
            text += c;
        else
            text += "\\x"_ba + QByteArray(1, c).toHex();
    }
    return text;
}

QByteArray orDash(const QByteArray &text)
{
    return text.isEmpty() ? "-"_ba : escaped(text);
}

} // namespace

QByteArray accessLine(const AccessEntry &entry)
{
    const double ms = std::chrono::duration<double, std::milli>(entry.took).count();
    const QString host = entry.peer.protocol() == QAbstractSocket::IPv6Protocol
        ? QString(u'[' + entry.peer.toString() + u']')
        : entry.peer.toString();
    return orDash(entry.method) + ' ' + orDash(withoutToken(entry.target)) + ' '
        + (entry.status == 0 ? "-"_ba : QByteArray::number(entry.status)) + ' '
        + QByteArray::number(entry.bytes) + ' ' + QByteArray::number(ms, 'f', 3) + ' '
        + host.toLatin1() + ':' + QByteArray::number(entry.peerPort);
}

void logAccess(const AccessEntry &entry)
{
    if (logsAccess())
        qCInfo(lcAccess, "%s", accessLine(entry).constData());
}

bool logsAccess()
{
    return lcAccess().isInfoEnabled();
}

} // namespace Kintsugi
