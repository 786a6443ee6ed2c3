// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/attempt.h"

namespace Kintsugi {

/*! Awaits one page of the log as it was before this driving. */
class PageLeaf final : public Leaf
{
public:
    PageLeaf(Branch &branch, Seq after)
        : Leaf(branch, Interruptible::Yes)
        , m_after(after)
    {}
    ~PageLeaf() override;
    [[nodiscard]] QList<Event> await_resume();

private:
    void begin() override;
    void answered();
    Seq m_after;
    Timers::Id m_timer{}; // Until the store is asked again.
    std::shared_ptr<Expected<QList<Event>>>
        m_answer; // Shared with the reader thread until it has answered.
};

/*! The events before this driving, page by page, so that a long log costs no memory. */
class PreviousEvents
{
public:
    explicit PreviousEvents(Branch &branch)
        : m_branch(&branch)
    {}
    /*! Up to 1,000 events more, in order; empty at the end. */
    [[nodiscard]] Coro<QList<Event>> nextPage();

private:
    Branch *m_branch;
    Seq m_after = 0;
    bool m_isAtEnd = false;
};

} // namespace Kintsugi
