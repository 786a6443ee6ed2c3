// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/serverport.h"

#include <QAbstractTableModel>

#include <functional>

namespace Kintsugi {

/*! Who reads events from outside, one row a client, the newest first.
 *
 *  Thread: main. Each new list is laid over the old one: who left is removed, who came is
 *  inserted, what moved is changed in place, so that a selection stays where it is.
 */
class ClientModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientModel)

public:
    enum Column {
        PeerColumn,
        TaskColumn,
        LastIdColumn,
        WaitingColumn,
        BehindColumn,
        SentColumn,
        SinceColumn,
        AgentColumn
    };
    static constexpr int kColumns = 8;
    enum Role {
        ClientRole = Qt::UserRole, //!< The Client.
        SortRole, //!< What the column is sorted by.
        SlowRole, //!< True for what waits because the client does not take it.
    };
    /*! Where a task's log ends, when the window happens to know. */
    using LastSeqOf = std::function<std::optional<Seq>(const TaskId &)>;

    explicit ClientModel(QObject *parent = nullptr);
    ~ClientModel() override;

    /*! \a clients: the newest first, as the server tells them. */
    void setClients(const QList<Client> &clients, const LastSeqOf &lastSeqOf, Timestamp now);
    void clear() { setClients({}, {}, {}); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

    [[nodiscard]] const Client *clientAt(int row) const;

    [[nodiscard]] static QString taskText(const Client &client); //!< "count-to-n 8362…90de".

private:
    struct Row
    {
        Client client;
        std::optional<qint64> behind{}; //!< Events of its task that were not sent yet.
        bool isOld = false; //!< Since another day.

        friend bool operator==(const Row &, const Row &) = default;
    };
    [[nodiscard]] QString text(const Row &row, int column) const;
    [[nodiscard]] QString toolTip(const Row &row, int column) const;
    [[nodiscard]] QVariant sortKey(const Row &row, int column) const;

    QList<Row> m_rows; //!< Ids fall.
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::Client)
