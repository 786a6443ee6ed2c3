// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/previousevents.h"

#include "engine/model/limits.h"

namespace Kintsugi {

namespace {
constexpr std::chrono::milliseconds kBeforeReadingAgain{500};
} // namespace

void PageLeaf::begin()
{
    m_answer = std::make_shared<Expected<QList<Event>>>();
    const TaskId id = attempt().task().id;
    attempt().services().store.read(
        [id, after = m_after](Reader &reader) {
            return reader.events(id, after, Limits::kEventsPage);
        },
        [answer = m_answer, token = token(),
         mailbox = attempt().services().mailbox](const Expected<EventList> &list) {
            if (list)
                *answer = list->events;
            else
                *answer = std::unexpected(list.error());
            mailbox->post([token] {
                if (token->leaf)
                    static_cast<PageLeaf *>(token->leaf)->answered();
            });
        });
}

void PageLeaf::answered()
{
    // A store that cannot be read now is waited for, as one that cannot be written is.
    if (!*m_answer && m_answer->error().code == ErrorCode::StoreUnavailable)
        m_timer = attempt().services().timers.after(kBeforeReadingAgain, [this] { begin(); });
    else
        resume();
}

PageLeaf::~PageLeaf()
{
    attempt().services().timers.cancel(m_timer);
}

QList<Event> PageLeaf::await_resume()
{
    throwIfStopped();
    if (!*m_answer)
        throw TaskError(QByteArrayLiteral("store"), m_answer->error().message, true);
    return std::move(**m_answer);
}

Coro<QList<Event>> PreviousEvents::nextPage()
{
    const Attempt &attempt = m_branch->attempt;
    if (m_isAtEnd || attempt.isFirstDriving())
        co_return QList<Event>();
    QList<Event> page = co_await PageLeaf(*m_branch, m_after);
    // The log was read after this driving began: what it wrote itself is not "before".
    const Seq firstOfThis = attempt.task().lastSeq;
    while (!page.isEmpty() && page.last().seq >= firstOfThis) {
        page.removeLast();
        m_isAtEnd = true;
    }
    if (page.isEmpty())
        m_isAtEnd = true;
    else
        m_after = page.last().seq;
    co_return page;
}

} // namespace Kintsugi
