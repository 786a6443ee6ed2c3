// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

class QTcpSocket;

namespace Kintsugi {

/*! Writes to a connected socket: gives the kernel what it takes at once, from where it lies, and
 *  leaves only the rest to the socket's own buffer. QTcpSocket copies all of it first and asks to
 *  be told when it may write, which costs as much as the writing.
 *
 *  Gives how many bytes the kernel took; bytesWritten() tells of the others alone. An error is left
 *  to the socket, too, which finds it when it writes. Thread: the socket's.
 */
qsizetype writeDirectly(QTcpSocket &socket, const QByteArray &bytes);

} // namespace Kintsugi
