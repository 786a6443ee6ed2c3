// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/handover.h"

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace Kintsugi {

/*! The way back into the engine's thread for those who may outlive the engine: a step body that
 * does not listen.
 *
 *  Thread: any. After close() what is posted is thrown away.
 */
class Mailbox
{
public:
    /*! \a ring is called in the target's thread when something waits; it calls run(). */
    Mailbox(QObject *target, std::function<void()> ring)
        : m_target(target)
        , m_ring(std::move(ring))
    {}
    void post(std::function<void()> call)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_target)
            return;
        m_calls.push_back(std::move(call));
        if (m_calls.size() == 1) // Those before it have rung already.
            QMetaObject::invokeMethod(m_target, handedOver([ring = m_ring] { ring(); }),
                                      Qt::QueuedConnection);
    }
    /*! Calls what was posted, in its order. */
    void run()
    {
        std::vector<std::function<void()>> calls;
        {
            const std::scoped_lock lock(m_mutex);
            calls.swap(m_calls);
        }
        for (const auto &call : calls)
            call();
    }
    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_target = nullptr;
        m_calls.clear();
    }

private:
    std::mutex m_mutex;
    QObject *m_target;
    std::function<void()> m_ring;
    std::vector<std::function<void()>> m_calls;
};

} // namespace Kintsugi
