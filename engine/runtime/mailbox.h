// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <memory>
#include <mutex>

namespace Kintsugi {

/*! The way back into the engine's thread for those who may outlive the engine: a step body that
 * does not listen.
 *
 *  Thread: any. After close() what is posted is thrown away.
 */
class Mailbox
{
public:
    explicit Mailbox(QObject *target)
        : m_target(target)
    {}
    void post(std::function<void()> call)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_target)
            QMetaObject::invokeMethod(m_target, std::move(call), Qt::QueuedConnection);
    }
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_target = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject *m_target;
};

} // namespace Kintsugi
