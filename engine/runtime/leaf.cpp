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
    attempt().removeLeaf(*this);
}

Attempt &Leaf::attempt() const
{
    return m_branch.attempt;
}

bool Leaf::await_ready()
{
    m_isStopped = attempt().takeStop(m_branch);
    return m_isStopped || isReady();
}

void Leaf::await_suspend(std::coroutine_handle<> handle)
{
    m_handle = handle;
    attempt().addLeaf(*this);
    begin();
}

void Leaf::resume()
{
    Attempt &owner = attempt();
    const auto handle = m_handle;
    owner.removeLeaf(*this);
    if (owner.leafMayGoOn())
        owner.run(handle);
}

void Leaf::interrupt()
{
    m_isStopped = true;
    attempt().removeLeaf(*this);
    attempt().run(m_handle);
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
