// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/directwrite.h"

#include <QTcpSocket>

#include <algorithm>
#include <sys/socket.h>

namespace Kintsugi {

qsizetype writeDirectly(QTcpSocket &socket, const QByteArray &bytes)
{
    ssize_t taken = 0;
    if (socket.bytesToWrite() == 0) // Else these come after those.
        taken = ::send(int(socket.socketDescriptor()), bytes.constData(), size_t(bytes.size()),
                       MSG_NOSIGNAL | MSG_DONTWAIT);
    taken = std::max<ssize_t>(taken, 0);
    if (taken < bytes.size())
        socket.write(bytes.constData() + taken, bytes.size() - taken);
    return taken;
}

} // namespace Kintsugi
