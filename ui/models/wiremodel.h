// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/models/eventmodel.h"

namespace Kintsugi {

/*! A task's stream as it goes over the wire, a row a frame, made by the server's own encoder.
 *
 *  Thread: main. The frames stand on an EventModel of their own, so a million of them are counted
 *  and not kept. Above them is what a stream begins with, below them what comes when no event does;
 *  neither is there while a filter picks frames.
 */
class WireModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WireModel)

public:
    enum Role {
        BytesRole = Qt::UserRole, //!< As they are sent; null while a frame's page is being read.
        KindRole, //!< The Kind.
        GoldRole, //!< As in EventModel.
    };
    enum class Kind { Beginning, Frame, Comment, End };
    Q_ENUM(Kind)

    explicit WireModel(EnginePort &port, QObject *parent = nullptr);
    ~WireModel() override;

    void setTask(const TaskId &id);
    void append(const QList<Event> &events); //!< As EventModel::append().
    void setFilter(const QString &text); //!< In the frame's own text, without regard to case.
    void setBeginning(const QByteArray &bytes); //!< Null: nothing is served.
    /*! What follows the last frame for now: so many comments, or the stream's end. */
    void setComments(int count);
    void setEnded();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    [[nodiscard]] Kind kindOf(int row) const;
    [[nodiscard]] QByteArray bytesOf(int row) const;
    [[nodiscard]] int rowOf(Seq seq) const; //!< -1 when it is not among the rows.
    [[nodiscard]] std::optional<Event> eventAt(int row) const; //!< None for what is no frame.
    [[nodiscard]] const TaskId &task() const { return m_events.task(); }
    [[nodiscard]] Seq lastSeq() const { return m_events.lastSeq(); }

private:
    [[nodiscard]] bool hasBeginning() const;
    [[nodiscard]] int firstFrame() const { return hasBeginning() ? 1 : 0; }
    void setTail(std::optional<Kind> tail, int comments);

    EventModel m_events;
    QByteArray m_beginning;
    std::optional<Kind> m_tail;
    int m_comments = 0;
};

} // namespace Kintsugi
