// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>

namespace Kintsugi {

/*! One task's log as a table, a million rows without a million events in memory.
 *
 *  Thread: main. seq has no gaps, so row and seq are the same thing but for 1; rows are counted,
 *  events are kept in pages of which only the latest used stay, and one that was let go is read
 *  again when it is looked at. With a filter the rows are the matches: the log is searched page by
 *  page, as far as the view scrolls.
 */
class EventModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventModel)

public:
    enum Column { SeqColumn, TimeColumn, DeltaColumn, AttemptColumn, TypeColumn, PayloadColumn };
    static constexpr int kColumns = 6;
    enum Role {
        EventRole = Qt::UserRole, //!< The Event; invalid while its page is being read.
        GoldRole, //!< True for what was recovered or came from the cache.
        SeamRole, //!< The seed of the seam above this row, empty when there is none.
        NoteRole, //!< What the seam mended, in a few words.
        LongDeltaRole, //!< True when the time before this event was dead time.
    };

    static constexpr int kPage = 1000; //!< Events in one page.
    static constexpr int kPagesKept = 64;
    static constexpr int kMatchesAtOnce = 2000; //!< A search pauses there until more is asked for.

    explicit EventModel(EnginePort &port, QObject *parent = nullptr);
    ~EventModel() override;

    void setTask(const TaskId &id);
    /*! The next events of the log, in order; those of another task change nothing. */
    void append(const QList<Event> &events);

    void setFilter(const QString &text); //!< In type or payload, without regard to case.
    /*! Judges events by a filter in another way from now on. */
    using Matcher = std::function<bool(const Event &, const QString &filter)>;
    void setMatcher(Matcher matcher) { m_matcher = std::move(matcher); }
    [[nodiscard]] const QString &filter() const { return m_filter; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    [[nodiscard]] Seq lastSeq() const { return m_lastSeq; }
    [[nodiscard]] const TaskId &task() const { return m_task; }
    [[nodiscard]] int rowOf(Seq seq) const; //!< -1 when it is not among the rows.
    [[nodiscard]] std::optional<Event> eventAt(int row) const;

Q_SIGNALS:
    void searchedTo(qint64 seq); //!< How far a filter has looked.
    void pageMissing(int page) const; //!< Somebody looks at rows that were let go.

private:
    struct Page
    {
        QList<Event> events;
        mutable quint64 usedAt = 0;
    };
    [[nodiscard]] const Event *find(Seq seq) const;
    void keep(const QList<Event> &events);
    void letGo();
    void read(int page);
    void search();
    void searched(const QList<Event> &events);
    [[nodiscard]] Seq seqOf(int row) const;
    [[nodiscard]] QVariant text(const Event &event, int column) const;
    [[nodiscard]] std::optional<std::chrono::milliseconds> delta(const Event &event) const;
    [[nodiscard]] QString note(const Event &event) const;

    EnginePort &m_port;
    TaskId m_task;
    Seq m_lastSeq = 0;
    QHash<int, Page> m_pages;
    mutable quint64 m_uses = 0;
    QSet<int> m_reading;
    Matcher m_matcher;
    QString m_filter;
    QList<Seq> m_matches; //!< The rows, while there is a filter.
    Seq m_searched = 0;
    int m_allowed = kMatchesAtOnce;
    bool m_searching = false;
    int m_generation = 0; //!< Of task and filter; answers to an older one are dropped.
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::Event)
