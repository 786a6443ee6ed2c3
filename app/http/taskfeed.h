// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/frames.h"
#include "app/http/pace.h"
#include "engine/model/event.h"
#include "engine/runtime/engine.h"

#include <QObject>

#include <deque>

namespace Kintsugi {

/*! One task's newest frames, encoded once for all the streams that read it live.
 *
 *  Holds one subscription however many streams there are. Thread: the server's.
 */
class TaskFeed final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskFeed)

public:
    TaskFeed(Engine &engine, TaskRef ref, const TaskId &id, QObject *parent = nullptr);
    ~TaskFeed() override = default;

    /*! The frames after \a after, as far as was told of; none when the store must be asked
     * (readAfter()). */
    [[nodiscard]] std::optional<Frames> after(Seq after);
    /*! Frames from the store, for a reader that is further back than the window. */
    [[nodiscard]] QFuture<Expected<Frames>> readAfter(Seq after);
    [[nodiscard]] const TaskRef &ref() const { return m_ref; }

Q_SIGNALS:
    void grew();

private:
    struct Frame
    {
        Seq seq = 0;
        bool isTerminal = false;
        QByteArray bytes;
    };
    static void append(Frames &frames, const Frame &frame);
    void tell();
    [[nodiscard]] bool catchUp(Seq after); //!< False when the store must be asked.

    Engine &m_engine;
    TaskRef m_ref;
    TaskId m_id;
    Pace m_pace;
    Subscription m_subscription;
    std::deque<Frame> m_window; //!< Consecutive seqs.
    qsizetype m_windowBytes = 0;
    bool m_isBehind = true; //!< The engine may have more than the window.
    Frames m_piece; //!< What was last asked for, …
    std::optional<Seq> m_pieceAfter; //!< … and where it begins; none when it is out of date.
};

} // namespace Kintsugi
