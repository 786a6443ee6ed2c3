// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/steprecord.h"
#include "engine/runtime/branch.h"

#include <QHash>

namespace Kintsugi {

/*! What earlier drivings have done: served to a handler that asks again, and checked against what
 * it asks. A value; thread: engine. */
class Memo
{
public:
    void load(const QList<StepRecord> &steps, const QList<StepRuns> &runs);

    /*! A step that is asked for: its key and place, and its memo when there is one. */
    struct Ask
    {
        StepRecord blank; //!< Key, branch, name, occurrence, ordinal.
        const StepRecord *memo = nullptr; //!< Until the memo is loaded anew.
    };
    /*! The next ask of \a branch. Throws TaskError: "nondeterminism" when an earlier driving asked
     * for another name at this place, "bad_step" for a name that cannot be one. */
    [[nodiscard]] Ask ask(Branch &branch, const QString &name);
    /*! The same for the engine's own memos, whose names end in "()". */
    [[nodiscard]] Ask askOwn(Branch &branch, const QString &name);
    /*! The next place of a branch, for an all(). */
    [[nodiscard]] int takePlace(Branch &branch, const QString &name);

    [[nodiscard]] bool has(const Branch &branch, const QString &name) const;
    [[nodiscard]] QStringList names() const; //!< Of all steps, in the order in which they began.
    [[nodiscard]] StepRuns runsOf(const QByteArray &key) const;
    /*! Events that attempt \a attempt had emitted in a branch when it was parked. */
    [[nodiscard]] int emitted(const QByteArray &path, int attempt) const;

private:
    QHash<QByteArray, StepRecord> m_steps;
    QHash<QByteArray, QString> m_places; // Name by branch and ordinal.
    QHash<QByteArray, StepRuns> m_runs;
    QStringList m_names;
};

} // namespace Kintsugi
