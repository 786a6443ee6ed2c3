// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"
#include "ui/story/runstory.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace Kintsugi {

/*! How far a task has come, as parts of its whole, 0 to 1. */
struct Track
{
    struct Part
    {
        int attempt = 0;
        double from = 0;
        double to = 0;
        friend bool operator==(const Part &, const Part &) = default;
    };
    QList<Part> parts;
    QList<double> notches; //!< Where a recovery mended it.

    friend bool operator==(const Track &, const Track &) = default;
};

[[nodiscard]] Track trackOf(const RunStory &story);

/*! The tracks of the rows that are looked at, told from the head of their logs.
 *
 *  Thread: main. A row that is painted asks; what is not known yet is read and then announced.
 *  Only short logs are read; a long one shows a whole bar when it is over.
 */
class TrackBook final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrackBook)

public:
    static constexpr int kKept = 400;
    static constexpr Seq kLongestLog = 1000;

    explicit TrackBook(QObject *parent = nullptr);
    ~TrackBook() override;

    void setPort(EnginePort *port); //!< Null empties the book.
    [[nodiscard]] Track track(const Task &task);

Q_SIGNALS:
    void changed();

private:
    void read(const Task &task, Seq after);

    EnginePort *m_port = nullptr;
    QHash<TaskId, RunStory> m_stories;
    QSet<TaskId> m_reading;
};

} // namespace Kintsugi
