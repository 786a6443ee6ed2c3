// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/context.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/limits.h"

#include <QRandomGenerator>
#include <QUuid>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

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
    return owner().services().store.filesOf(taskId());
}

Timestamp Context::startedAt() const
{
    return owner().task().startedAt.value_or(owner().task().createdAt);
}

PreviousEvents Context::previousEvents()
{
    // Who reads what it has said before does not say it again.
    m_branch.alreadyEmitted = 0;
    return PreviousEvents(m_branch);
}

QByteArray Context::memoised(const QString &name, const std::function<QByteArray()> &make)
{
    const Memo::Ask ask = owner().memo().askOwn(m_branch, name);
    if (ask.memo)
        return ask.memo->result;
    StepRecord memo = ask.blank;
    memo.startedAt = owner().services().clock->now();
    memo.result = make();
    owner().riders().memos << memo;
    return memo.result;
}

Timestamp Context::now()
{
    return fromUnixMs(memoised(u"now()"_s, [this] {
                          return QByteArray::number(toUnixMs(owner().services().clock->now()));
                      }).toLongLong());
}

double Context::random()
{
    return memoised(u"random()"_s,
                    [] { return ecmaScriptNumber(QRandomGenerator::global()->generateDouble()); })
        .toDouble();
}

QString Context::uuid()
{
    const QByteArray json =
        memoised(u"uuid()"_s, []() -> QByteArray { // A builder would outlive its parts.
            return '"' + QUuid::createUuid().toByteArray(QUuid::WithoutBraces) + '"';
        });
    return QString::fromLatin1(json.sliced(1).chopped(1));
}

void Context::summary(const QString &text)
{
    QString line = text.simplified();
    if (line.size() > Limits::kSummaryLength)
        line = line.left(Limits::kSummaryLength - 1) + u'…';
    owner().riders().summary = line;
}

bool EmitLeaf::isReady()
{
    Branch &line = branch();
    line.emitted += int(m_events.size());
    const qsizetype known = std::min<qsizetype>(line.alreadyEmitted, m_events.size());
    line.alreadyEmitted -= int(known);
    m_events.remove(0, known);
    m_at = attempt().services().clock->now();
    return m_events.isEmpty();
}

void EmitLeaf::begin()
{
    attempt().commit(std::move(m_events), [token = token()](const QList<Event> &done) {
        auto *leaf = static_cast<EmitLeaf *>(token->leaf);
        if (!leaf)
            return;
        leaf->m_at = done.last().at;
        leaf->resume();
    });
}

} // namespace Kintsugi
