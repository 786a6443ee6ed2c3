// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/writes.h"

namespace Kintsugi {

class Query;

/*! Adds one event to a log; \a seq was taken from tasks.last_seq in this transaction. */
void insertEvent(WriteContext &context, const TaskId &id, qint64 num, Seq seq, int attempt,
                 const NewEvent &event);

/*! Reads a row of "position, seq, attempt, at, type, payload". */
[[nodiscard]] Event readEvent(const Query &query, const TaskId &id);

} // namespace Kintsugi
