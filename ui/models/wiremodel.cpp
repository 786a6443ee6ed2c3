// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/wiremodel.h"

#include "engine/sse/frame.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

bool frameHas(const Event &event, const QString &text)
{
    return QString::fromUtf8(encodeFrame(event)).contains(text, Qt::CaseInsensitive);
}

} // namespace

WireModel::WireModel(EnginePort &port, QObject *parent)
    : QAbstractTableModel(parent)
    , m_events(port)
{
    m_events.setMatcher(frameHas);
    connect(&m_events, &EventModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(&m_events, &EventModel::modelReset, this, [this] {
        m_tail.reset();
        endResetModel();
    });
    connect(&m_events, &EventModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) {
                beginInsertRows({}, firstFrame() + first, firstFrame() + last);
            });
    connect(&m_events, &EventModel::rowsInserted, this, [this] { endInsertRows(); });
    connect(&m_events, &EventModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) {
                Q_EMIT dataChanged(index(firstFrame() + first.row(), 0),
                                   index(firstFrame() + last.row(), 0));
            });
}

WireModel::~WireModel() = default;

void WireModel::setTask(const TaskId &id)
{
    setBeginning({});
    m_events.setTask(id);
}

void WireModel::append(const QList<Event> &events)
{
    setTail({}, 0);
    m_events.append(events);
}

void WireModel::setFilter(const QString &text)
{
    setTail({}, 0);
    m_events.setFilter(text);
}

bool WireModel::hasBeginning() const
{
    return !m_beginning.isEmpty() && m_events.filter().isEmpty();
}

void WireModel::setBeginning(const QByteArray &bytes)
{
    if (bytes == m_beginning)
        return;
    const bool had = hasBeginning();
    const bool has = !bytes.isEmpty() && m_events.filter().isEmpty();
    if (has && !had)
        beginInsertRows({}, 0, 0);
    else if (had && !has)
        beginRemoveRows({}, 0, 0);
    m_beginning = bytes;
    if (has && !had)
        endInsertRows();
    else if (had && !has)
        endRemoveRows();
    else if (has)
        Q_EMIT dataChanged(index(0, 0), index(0, 0));
}

void WireModel::setComments(int count)
{
    setTail(count > 0 ? std::optional(Kind::Comment) : std::nullopt, count);
}

void WireModel::setEnded()
{
    setTail(Kind::End, 0);
}

void WireModel::setTail(std::optional<Kind> tail, int comments)
{
    if (!m_events.filter().isEmpty() || m_events.lastSeq() == 0)
        tail.reset();
    if (tail == m_tail && comments == m_comments)
        return;
    m_comments = comments;
    const int row = firstFrame() + m_events.rowCount();
    if (tail && m_tail) {
        m_tail = tail;
        Q_EMIT dataChanged(index(row, 0), index(row, 0));
    } else if (tail) {
        beginInsertRows({}, row, row);
        m_tail = tail;
        endInsertRows();
    } else if (m_tail) {
        beginRemoveRows({}, row, row);
        m_tail.reset();
        endRemoveRows();
    }
}

int WireModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : firstFrame() + m_events.rowCount() + (m_tail ? 1 : 0);
}

int WireModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 1;
}

WireModel::Kind WireModel::kindOf(int row) const
{
    if (row < firstFrame())
        return Kind::Beginning;
    return row < firstFrame() + m_events.rowCount() ? Kind::Frame : m_tail.value_or(Kind::Frame);
}

std::optional<Event> WireModel::eventAt(int row) const
{
    return m_events.eventAt(row - firstFrame());
}

int WireModel::rowOf(Seq seq) const
{
    const int row = m_events.rowOf(seq);
    return row < 0 ? row : firstFrame() + row;
}

QByteArray WireModel::bytesOf(int row) const
{
    switch (kindOf(row)) {
    case Kind::Beginning:
        return m_beginning;
    case Kind::Comment:
        return keepAliveComment().repeated(m_comments);
    case Kind::End:
        return {};
    case Kind::Frame:
        break;
    }
    const auto event = eventAt(row);
    return event ? encodeFrame(*event) : QByteArray();
}

QVariant WireModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Kind kind = kindOf(index.row());
    const QModelIndex frame = kind == Kind::Frame
        ? m_events.index(index.row() - firstFrame(), EventModel::TypeColumn)
        : QModelIndex();
    switch (role) {
    case KindRole:
        return QVariant::fromValue(kind);
    case BytesRole:
        // Asked for through the model below, which reads a page that was let go.
        if (frame.isValid()) {
            const QVariant event = frame.data(EventModel::EventRole);
            return event.isValid() ? encodeFrame(event.value<Event>()) : QByteArray();
        }
        return bytesOf(index.row());
    case GoldRole:
        return frame.data(EventModel::GoldRole).toBool();
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (kind) {
        case Kind::End:
            return tr("The server ends the stream here: the log's last event ends the task.");
        case Kind::Comment:
            return tr("%Ln comment(s) since the last frame", nullptr, m_comments);
        case Kind::Beginning:
        case Kind::Frame:
            return QString::fromUtf8(data(index, BytesRole).toByteArray()).trimmed();
        }
        return {};
    case Qt::ToolTipRole:
        return frame.isValid() ? frame.data(Qt::ToolTipRole) : QVariant();
    default:
        return {};
    }
}

bool WireModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_events.canFetchMore({});
}

void WireModel::fetchMore(const QModelIndex &)
{
    m_events.fetchMore({});
}

} // namespace Kintsugi
