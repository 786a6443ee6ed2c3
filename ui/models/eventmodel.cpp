// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/eventmodel.h"

#include "engine/model/limits.h"
#include "ui/answers.h"
#include "ui/models/words.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

bool typeOrPayloadHas(const Event &event, const QString &text)
{
    return QString::fromUtf8(event.type).contains(text, Qt::CaseInsensitive)
        || QString::fromUtf8(event.payload).contains(text, Qt::CaseInsensitive);
}

} // namespace

EventModel::EventModel(EnginePort &port, QObject *parent)
    : QAbstractTableModel(parent)
    , m_port(port)
    , m_matcher(typeOrPayloadHas)
{
    static_assert(kPage <= Limits::kEventsPage);
    // Queued: a view asks while it paints.
    connect(this, &EventModel::pageMissing, this, &EventModel::read, Qt::QueuedConnection);
}

EventModel::~EventModel() = default;

void EventModel::setTask(const TaskId &id)
{
    beginResetModel();
    ++m_generation;
    m_task = id;
    m_lastSeq = 0;
    m_pages.clear();
    m_reading.clear();
    m_matches.clear();
    m_searched = 0;
    m_searching = false;
    m_allowed = kMatchesAtOnce;
    endResetModel();
}

void EventModel::append(const QList<Event> &events)
{
    QList<Event> news;
    news.reserve(events.size());
    for (const Event &event : events) {
        if (event.task == m_task && event.seq == m_lastSeq + 1 + news.size())
            news.append(event);
    }
    if (news.isEmpty())
        return;
    const Seq last = news.last().seq;
    if (m_filter.isEmpty()) {
        beginInsertRows({}, int(m_lastSeq), int(last) - 1);
        keep(news);
        m_lastSeq = last;
        endInsertRows();
        return;
    }
    const bool live = m_searched == m_lastSeq && !m_searching;
    keep(news);
    m_lastSeq = last;
    if (live && m_matches.size() < m_allowed)
        searched(news);
}

/*! Puts events into their pages and lets the longest unused pages go. */
void EventModel::keep(const QList<Event> &events)
{
    for (const Event &event : events) {
        const int number = int((event.seq - 1) / kPage);
        Page &page = m_pages[number];
        if (event.seq - 1 == Seq(number) * kPage + page.events.size())
            page.events.append(event);
        page.usedAt = ++m_uses;
    }
    letGo();
}

void EventModel::letGo()
{
    while (m_pages.size() > kPagesKept) {
        auto oldest = m_pages.begin();
        for (auto it = m_pages.begin(); it != m_pages.end(); ++it) {
            if (it->usedAt < oldest->usedAt)
                oldest = it;
        }
        m_pages.erase(oldest);
    }
}

const Event *EventModel::find(Seq seq) const
{
    if (seq < 1)
        return nullptr;
    const auto page = m_pages.constFind(int((seq - 1) / kPage));
    const qsizetype place = qsizetype((seq - 1) % kPage);
    if (page == m_pages.cend() || place >= page->events.size())
        return nullptr;
    page->usedAt = ++m_uses;
    return &page->events[place];
}

/*! A page that is looked at and not there: its rows stay blank until it is. */
void EventModel::read(int page)
{
    if (find(Seq(page) * kPage + 1) || m_reading.contains(page) || m_task.isNull())
        return;
    m_reading.insert(page);
    whenAnswered(m_port.events(refOf(m_task), Seq(page) * kPage, kPage), this,
                 [this, page, generation = m_generation](const Expected<EventPage> &answer) {
                     if (generation != m_generation)
                         return;
                     m_reading.remove(page);
                     if (!answer || answer->events.isEmpty() || rowCount() == 0)
                         return;
                     m_pages[page] = {answer->events, ++m_uses};
                     letGo();
                     const bool all = m_filter.isEmpty();
                     const int first = all ? page * kPage : 0;
                     const int last = all ? qMin(first + kPage, rowCount()) - 1 : rowCount() - 1;
                     Q_EMIT dataChanged(index(first, 0), index(last, kColumns - 1));
                 });
}

void EventModel::setFilter(const QString &text)
{
    if (text == m_filter)
        return;
    beginResetModel();
    ++m_generation;
    m_filter = text;
    m_matches.clear();
    m_reading.clear();
    m_searched = 0;
    m_searching = false;
    m_allowed = kMatchesAtOnce;
    endResetModel();
    if (!m_filter.isEmpty())
        search();
}

/*! Looks at the next page; what is in memory needs no read. */
void EventModel::search()
{
    while (!m_searching && m_searched < m_lastSeq && m_matches.size() < m_allowed) {
        QList<Event> known;
        for (Seq seq = m_searched + 1; seq <= m_lastSeq && known.size() < kPage; ++seq) {
            const Event *event = find(seq);
            if (!event)
                break;
            known.append(*event);
        }
        if (!known.isEmpty()) {
            searched(known);
            continue;
        }
        m_searching = true;
        whenAnswered(m_port.events(refOf(m_task), m_searched, kPage), this,
                     [this, generation = m_generation](const Expected<EventPage> &page) {
                         if (generation != m_generation)
                             return;
                         m_searching = false;
                         if (!page || page->events.isEmpty())
                             return;
                         searched(page->events);
                         search();
                     });
    }
}

void EventModel::searched(const QList<Event> &events)
{
    QList<Seq> found;
    for (const Event &event : events) {
        if (event.seq <= m_lastSeq && m_matcher(event, m_filter))
            found.append(event.seq);
    }
    m_searched = qMin(events.last().seq, m_lastSeq);
    if (!found.isEmpty()) {
        const int at = int(m_matches.size());
        beginInsertRows({}, at, at + int(found.size()) - 1);
        m_matches.append(found);
        endInsertRows();
    }
    Q_EMIT searchedTo(m_searched);
}

bool EventModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_filter.isEmpty() && !m_searching && m_searched < m_lastSeq;
}

void EventModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_allowed = int(m_matches.size()) + kMatchesAtOnce;
    m_searching = true;
    // Not in the middle of the view's own reset or layout.
    QMetaObject::invokeMethod(
        this,
        [this, generation = m_generation] {
            if (generation != m_generation)
                return;
            m_searching = false;
            search();
        },
        Qt::QueuedConnection);
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    if (parent.isValid())
        return 0;
    return m_filter.isEmpty() ? int(m_lastSeq) : int(m_matches.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

Seq EventModel::seqOf(int row) const
{
    return m_filter.isEmpty() ? row + 1 : m_matches[row];
}

int EventModel::rowOf(Seq seq) const
{
    if (m_filter.isEmpty())
        return seq >= 1 && seq <= m_lastSeq ? int(seq) - 1 : -1;
    const auto at = std::ranges::lower_bound(m_matches, seq);
    return at != m_matches.end() && *at == seq ? int(at - m_matches.begin()) : -1;
}

std::optional<Event> EventModel::eventAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const Event *event = find(seqOf(row));
    return event ? std::optional(*event) : std::nullopt;
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = index.column() == SeqColumn || index.column() == DeltaColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft)));
    }
    const Seq seq = seqOf(index.row());
    const Event *event = find(seq);
    if (!event) {
        Q_EMIT pageMissing(int((seq - 1) / kPage));
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
        return text(*event, index.column());
    case Qt::AccessibleTextRole:
        return text(*event, index.column()).toString();
    case Qt::ToolTipRole:
        return index.column() == PayloadColumn ? QVariant() : QVariant(Words::event(*event));
    case EventRole:
        return QVariant::fromValue(*event);
    case GoldRole:
        return isFromCache(*event);
    case SeamRole:
        return event->type == EventTypes::kAttemptStarted && event->attempt > 1
            ? QByteArray(event->task.bytes() + ':' + QByteArray::number(event->attempt - 1))
            : QByteArray();
    case NoteRole:
        return note(*event);
    case LongDeltaRole:
        return event->type == EventTypes::kAttemptStarted && event->attempt > 1;
    default:
        return {};
    }
}

QVariant EventModel::text(const Event &event, int column) const
{
    switch (column) {
    case SeqColumn:
        return event.seq;
    case TimeColumn:
        return Words::clock(event.at);
    case DeltaColumn: {
        const auto span = delta(event);
        return span ? QVariant(Words::duration(*span)) : QVariant();
    }
    case AttemptColumn:
        return event.attempt;
    case TypeColumn:
        return QString::fromUtf8(event.type);
    case PayloadColumn:
        return QString::fromUtf8(event.payload);
    default:
        return {};
    }
}

std::optional<std::chrono::milliseconds> EventModel::delta(const Event &event) const
{
    const Event *before = find(event.seq - 1);
    return before ? std::optional(event.at - before->at) : std::nullopt;
}

QString EventModel::note(const Event &event) const
{
    if (event.type != EventTypes::kAttemptStarted || event.attempt < 2)
        return {};
    const QJsonObject started = QJsonDocument::fromJson(event.payload).object();
    const auto span = delta(event);
    const QString dead = Words::duration(span.value_or(std::chrono::milliseconds()));
    if (started.value("reason"_L1) != "recovery"_L1)
        return started.value("reason"_L1) == "retry"_L1 ? tr("tried again after %1").arg(dead)
                                                        : tr("resumed after %1").arg(dead);
    const Event *next = find(event.seq + 1);
    if (next && next->type == "recovered"_ba) {
        const QJsonObject said = QJsonDocument::fromJson(next->payload).object();
        if (said.contains("fromTick"_L1))
            return tr("mended: %1 dead, goes on with tick %2")
                .arg(dead)
                .arg(said.value("fromTick"_L1).toInteger());
        if (said.contains("cachedStages"_L1))
            return tr("mended: %1 dead, %n stage(s) from cache", nullptr,
                      int(said.value("cachedStages"_L1).toArray().size()))
                .arg(dead);
    }
    return tr("mended: %1 dead").arg(dead);
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == SeqColumn || section == DeltaColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft)));
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SeqColumn:
        return tr("seq");
    case TimeColumn:
        return tr("time");
    //: The time since the event before.
    case DeltaColumn:
        return tr("Δ");
    case AttemptColumn:
        return tr("attempt");
    case TypeColumn:
        return tr("type");
    case PayloadColumn:
        return tr("payload");
    default:
        return {};
    }
}

} // namespace Kintsugi
