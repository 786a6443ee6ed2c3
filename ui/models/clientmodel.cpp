// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/clientmodel.h"

#include "ui/models/words.h"

#include <QLocale>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

bool isRight(int column)
{
    return column == ClientModel::LastIdColumn || column == ClientModel::WaitingColumn
        || column == ClientModel::BehindColumn || column == ClientModel::SentColumn;
}

} // namespace

ClientModel::ClientModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

ClientModel::~ClientModel() = default;

void ClientModel::setClients(const QList<Client> &clients, const LastSeqOf &lastSeqOf,
                             Timestamp now)
{
    QList<Row> rows;
    rows.reserve(clients.size());
    for (const Client &client : clients) {
        Row row{client};
        const auto last = client.task.isNull() ? std::nullopt : lastSeqOf(client.task);
        if (last)
            row.behind = qMax<qint64>(0, *last - client.lastId);
        row.isOld = Words::date(client.since) != Words::date(now);
        rows << row;
    }
    // Both lists fall by id, so one walk finds who left and who came.
    int at = 0;
    int changedFrom = -1; // The rows from here to the one before at have changed.
    const auto tellChanged = [&] {
        if (const int first = std::exchange(changedFrom, -1); first >= 0)
            Q_EMIT dataChanged(index(first, 0), index(at - 1, kColumns - 1));
    };
    for (qsizetype next = 0; next < rows.size() || at < m_rows.size();) {
        const auto idAt = [](const QList<Row> &list, qsizetype i) {
            return i < list.size() ? list[i].client.id : 0; // No client has it.
        };
        if (idAt(m_rows, at) > idAt(rows, next)) {
            tellChanged();
            int end = at + 1;
            while (end < m_rows.size() && m_rows[end].client.id > idAt(rows, next))
                ++end;
            beginRemoveRows({}, at, end - 1);
            m_rows.remove(at, end - at);
            endRemoveRows();
        } else if (idAt(m_rows, at) < idAt(rows, next)) {
            tellChanged();
            qsizetype end = next + 1;
            while (end < rows.size() && rows[end].client.id > idAt(m_rows, at))
                ++end;
            const int count = int(end - next);
            beginInsertRows({}, at, at + count - 1);
            m_rows = m_rows.first(at) + rows.sliced(next, count) + m_rows.sliced(at);
            endInsertRows();
            at += count;
            next = end;
        } else {
            if (m_rows[at] == rows[next]) {
                tellChanged();
            } else {
                m_rows[at] = rows[next];
                changedFrom = changedFrom < 0 ? at : changedFrom;
            }
            ++at;
            ++next;
        }
    }
    tellChanged();
}

int ClientModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ClientModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

const Client *ClientModel::clientAt(int row) const
{
    return row >= 0 && row < m_rows.size() ? &m_rows[row].client : nullptr;
}

QVariant ClientModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::AccessibleTextRole:
        return tr("%1: %2", "a column's title and what stands in it")
            .arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                 text(row, index.column()));
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (isRight(index.column()) ? Qt::AlignRight : Qt::AlignLeft)));
    case ClientRole:
        return QVariant::fromValue(row.client);
    case SortRole:
        return sortKey(row, index.column());
    case SlowRole:
        return row.client.waitingBytes > 0
            && (index.column() == WaitingColumn || index.column() == BehindColumn);
    default:
        return {};
    }
}

QString ClientModel::taskText(const Client &client)
{
    return client.task.isNull() ? tr("all tasks")
                                : QString(client.taskName + u' ' + Words::shortKey(client.taskKey));
}

QString ClientModel::text(const Row &row, int column) const
{
    const Client &client = row.client;
    switch (column) {
    case PeerColumn:
        return client.user.isEmpty() ? client.peer : QString(client.peer + u' ' + client.user);
    case TaskColumn:
        return taskText(client);
    case LastIdColumn:
        return QLocale().toString(client.lastId);
    case WaitingColumn:
        return Words::bytes(row.client.waitingBytes);
    case BehindColumn:
        return row.behind ? QLocale().toString(*row.behind) : u"–"_s;
    case SentColumn:
        return Words::bytes(client.sentBytes);
    case SinceColumn: {
        const QString time = Words::clock(client.since).chopped(4);
        return row.isOld ? QString(Words::date(client.since).sliced(5) + u' ' + time.chopped(3))
                         : time;
    }
    case AgentColumn:
        return client.agent;
    default:
        return {};
    }
}

QString ClientModel::toolTip(const Row &row, int column) const
{
    const Client &client = row.client;
    QString tip;
    switch (column) {
    case PeerColumn:
        tip = client.user.isEmpty() ? tr("%1, as this window's user").arg(client.peer)
                                    : tr("%1, as the user %2").arg(client.peer, client.user);
        break;
    case TaskColumn:
        tip = client.task.isNull() ? tr("The events of all tasks of its user")
                                   : tr("Task %1").arg(client.task.toString());
        break;
    case LastIdColumn:
        tip = client.task.isNull() ? tr("The last position in the store's log that was sent to it")
                                   : tr("The seq of the last event that was sent to it");
        break;
    case WaitingColumn:
        tip =
            tr("Bytes in the socket that the client has not taken. One that takes nothing for too "
               "long is dropped, and can come back with its last id.");
        break;
    case BehindColumn:
        tip = row.behind ? tr("Events in the task's log after the last one that was sent")
                         : tr("How far it is behind is not known here");
        break;
    case SentColumn:
        tip = tr("%L1 bytes in all").arg(client.sentBytes);
        break;
    case SinceColumn:
        tip =
            tr("Connected since %1 %2").arg(Words::date(client.since), Words::clock(client.since));
        break;
    case AgentColumn:
        tip = client.agent.isEmpty() ? tr("It does not say what it is")
                                     : tr("It calls itself %1").arg(client.agent);
        break;
    default:
        break;
    }
    // A tool tip that looks like HTML would be shown as such.
    return u"<span>"_s + tip.toHtmlEscaped() + u"</span>"_s;
}

QVariant ClientModel::sortKey(const Row &row, int column) const
{
    switch (column) {
    case LastIdColumn:
        return row.client.lastId;
    case WaitingColumn:
        return row.client.waitingBytes;
    case BehindColumn:
        return row.behind.value_or(-1);
    case SentColumn:
        return row.client.sentBytes;
    case SinceColumn:
        return row.client.id; // They come one after the other.
    default:
        return text(row, column);
    }
}

QVariant ClientModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (isRight(section) ? Qt::AlignRight : Qt::AlignLeft)));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case PeerColumn:
        return tr("client");
    case TaskColumn:
        return tr("reads");
    case LastIdColumn:
        return tr("last id");
    //: Bytes in the socket that a client has not taken.
    case WaitingColumn:
        return tr("waiting");
    //: How many events of the log come after the last that was sent.
    case BehindColumn:
        return tr("behind");
    case SentColumn:
        return tr("sent");
    case SinceColumn:
        return tr("since");
    case AgentColumn:
        return tr("program");
    default:
        return {};
    }
}

} // namespace Kintsugi
