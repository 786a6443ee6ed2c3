// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>

#include <array>
#include <mutex>
#include <optional>

namespace Kintsugi {

/*! Places where a crash means something, each between two things that a crash may tear apart. The
 *  folder's README lists what each of them stands between. */
enum class FaultPoint {
    ClaimAfterCommit, //!< The claim is in the log, the handler has not begun.
    HandlerBefore, //!< The memo is read, the handler begins.
    StepBefore, //!< A body is about to begin, its start (if recorded) is in the log.
    StepAfterRun, //!< A body has ended, nothing of it is written.
    BeforeCommit, //!< Events or memos are about to be handed to the writer.
    AfterCommitBeforeAck, //!< They are in the log, the handler does not know yet.
    RetryAfterCommit, //!< A step's failure is in the log, its rest has not begun.
    ParkBefore, //!< A sleeper is about to give up its frame.
    ParkAfterCommit, //!< It rests in the log, its frame is still there.
    SignalAfterTake, //!< A signal is taken and memoised, the handler does not know yet.
    FinishBefore, //!< The handler has ended, its end is not written.
    FinishAfterCommit, //!< Its end is in the log, the attempt is still there.
};
inline constexpr int kFaultPoints = int(FaultPoint::FinishAfterCommit) + 1;

[[nodiscard]] QByteArray toWire(FaultPoint point); //!< "step_before"
[[nodiscard]] std::optional<FaultPoint> faultPointFromWire(QByteArrayView text);

/*! What is to happen at a place: once, the \a occurrence-th time that it is reached. */
struct Fault
{
    enum class Action {
        Drop, //!< The attempt is dropped as crash() does.
        Kill, //!< The process ends by SIGKILL.
    };
    FaultPoint point = FaultPoint::BeforeCommit;
    int occurrence = 1; //!< From 1, counted since it was armed.
    Action action = Action::Drop;
};

/*! "step_before:2:kill": a point, the occurrence from 1, drop or kill. Nothing for anything else.
 */
[[nodiscard]] std::optional<Fault> faultFromText(QByteArrayView text);

/*! Where tests and demonstrations let an engine break. Off until something is armed.
 *
 *  Thread: any.
 */
class FaultPoints
{
public:
    void arm(const Fault &fault); //!< Instead of what was armed before; counts anew.
    void disarm();
    [[nodiscard]] bool isArmed() const; //!< False once it has struck.
    [[nodiscard]] int count(FaultPoint point) const; //!< Reached so often since it was armed.

    /*! The engine is at this place. Does not return from a Kill; true asks for a drop. */
    [[nodiscard]] bool hit(FaultPoint point);

private:
    mutable std::mutex m_mutex;
    std::optional<Fault> m_fault;
    std::array<int, kFaultPoints> m_counts{};
};

} // namespace Kintsugi
