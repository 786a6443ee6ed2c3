// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/context.h"

#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {
constexpr milliseconds kBeforeReadingAgain{500};
} // namespace

NewEvent Context::checked(NewEvent event)
{
    if (const auto fine = checkHandlerEventType(event.type); !fine)
        throw TaskError("bad_event"_ba, fine.error().message);
    if (event.payload.size() > Limits::kPayloadBytes)
        throw TaskError(
            "event_too_large"_ba,
            u"the event \"%1\" has %2 bytes, %3 are allowed"_s.arg(QString::fromUtf8(event.type))
                .arg(event.payload.size())
                .arg(Limits::kPayloadBytes));
    return event;
}

QString Context::folder() const
{
    return m_attempt.services().store.filesOf(taskId());
}

void EmitLeaf::begin()
{
    attempt().write(m_events, std::nullopt, token());
}

SleepLeaf::~SleepLeaf()
{
    attempt().services().timers.cancel(m_timer);
}

void SleepLeaf::begin()
{
    m_timer = attempt().services().timers.after(m_delay, [this] { resume(); });
}

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
        throw TaskError("store"_ba, m_answer->error().message, true);
    return **m_answer;
}

Coro<QList<Event>> PreviousEvents::nextPage()
{
    if (m_isAtEnd || m_attempt->task().attempt <= 1)
        co_return QList<Event>();
    QList<Event> page = co_await PageLeaf(*m_attempt, m_after);
    // The log was read after this attempt began: what it wrote itself is not "before".
    const Seq firstOfThis = m_attempt->task().lastSeq;
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

struct StepLeafBase::Run
{
    std::stop_source stop;
    QByteArray json;
    std::exception_ptr failure;
    Timestamp startedAt;
    Monotonic took{};
};

StepLeafBase::StepLeafBase(Attempt &attempt, QString name,
                           std::function<QByteArray(std::stop_token)> body)
    : Leaf(attempt, Interruptible::Yes)
    , m_name(std::move(name))
    , m_body(std::move(body))
{}

StepLeafBase::~StepLeafBase()
{
    if (m_run)
        m_run->stop.request_stop();
}

bool StepLeafBase::isReady()
{
    const Attempt::Ask ask = attempt().askStep(m_name);
    if (ask.memo) {
        m_record = *ask.memo;
        m_isFromCache = true;
        return true;
    }
    m_record.key = ask.key;
    m_record.name = m_name;
    m_record.occurrence = ask.occurrence;
    m_record.ordinal = ask.ordinal;
    m_record.attempt = attempt().task().attempt;
    return false;
}

void StepLeafBase::begin()
{
    m_run = std::make_shared<Run>();
    const AttemptServices &services = attempt().services();
    services.pool.start([run = m_run, body = m_body, token = token(), mailbox = services.mailbox,
                         clock = services.clock, inner = attempt().stopToken()] {
        const std::stop_callback forward(inner, [run] { run->stop.request_stop(); });
        if (run->stop.stop_requested())
            return; // Dropped or stopped while it waited for a thread: nobody asks for it any more.
        run->startedAt = clock->now();
        const Monotonic began = clock->monotonic();
        try {
            run->json = body(run->stop.get_token());
        } catch (...) {
            run->failure = std::current_exception();
        }
        run->took = clock->monotonic() - began;
        mailbox->post([token] {
            if (token->leaf)
                static_cast<StepLeafBase *>(token->leaf)->bodyEnded();
        });
    });
}

void StepLeafBase::bodyEnded()
{
    if (!m_run->failure && m_run->json.size() > Limits::kResultBytes)
        m_run->failure = std::make_exception_ptr(
            TaskError("result_too_large"_ba,
                      u"the result of step \"%1\" has %2 bytes, %3 are allowed"_s.arg(m_name)
                          .arg(m_run->json.size())
                          .arg(Limits::kResultBytes)));
    if (m_run->failure) {
        m_failure = m_run->failure;
        resume();
        return;
    }
    m_record.startedAt = m_run->startedAt;
    m_record.duration = duration_cast<milliseconds>(m_run->took);
    m_record.result = m_run->json;
    attempt().write({}, m_record, token());
}

const StepRecord &StepLeafBase::finished()
{
    throwIfStopped();
    if (m_failure) {
        try {
            std::rethrow_exception(m_failure);
        } catch (...) {
            throw TaskError::fromCurrentException(m_name);
        }
    }
    return m_record;
}

} // namespace Kintsugi
