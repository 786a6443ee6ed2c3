// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/leaf.h"

#include "engine/runtime/attempt.h"
#include "engine/runtime/taskerror.h"

namespace Kintsugi {

Leaf::~Leaf()
{
    if (m_token)
        m_token->leaf = nullptr;
    m_attempt.removeLeaf(*this);
}

bool Leaf::await_ready()
{
    m_isStopped = m_attempt.takeStop();
    return m_isStopped || isReady();
}

void Leaf::await_suspend(std::coroutine_handle<> handle)
{
    m_handle = handle;
    m_attempt.addLeaf(*this);
    begin();
}

void Leaf::resume()
{
    m_attempt.removeLeaf(*this);
    if (m_attempt.leafMayGoOn())
        m_handle.resume();
}

void Leaf::interrupt()
{
    m_isStopped = true;
    m_attempt.removeLeaf(*this);
    m_handle.resume();
}

void Leaf::throwIfStopped() const
{
    if (m_isStopped)
        throw Stopped();
}

std::shared_ptr<LeafToken> Leaf::token()
{
    if (!m_token)
        m_token = std::make_shared<LeafToken>(this);
    return m_token;
}

} // namespace Kintsugi
