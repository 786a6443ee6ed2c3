// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/task.h"

#include <QString>

namespace Kintsugi {

/*! What the window calls things, in the user's language. */
namespace Words {

[[nodiscard]] QString state(const Task &task); //!< "Running", or "Stale" for one nobody drives.
/*! The input in a few words for a row: "n=10", "1,000 rows". */
[[nodiscard]] QString input(const Task &task);
[[nodiscard]] QString age(Timestamp from, Timestamp now); //!< "13 s", "2 min", "5 h", "3 d".
[[nodiscard]] QString duration(std::chrono::milliseconds span); //!< "4 ms", "1.003 s", "2 min 5 s".
[[nodiscard]] QString clock(Timestamp at); //!< Local time of day with milliseconds.
[[nodiscard]] QString date(Timestamp at); //!< Local, "2026-11-23".
[[nodiscard]] QString bytes(qint64 count); //!< "1.2 MB".
[[nodiscard]] QString shortKey(const IdempotencyKey &key); //!< "8362…90de".
/*! A stranger's text as one line that shows all there is to it: whatever is no plain character
 *  (controls, marks of direction, half a surrogate) becomes U+FFFD. */
[[nodiscard]] QString printable(const QString &text);
[[nodiscard]] QString error(const Error &error); //!< One sentence for a person.
/*! What an event means, in one sentence. */
[[nodiscard]] QString event(const Event &event);

} // namespace Words

/*! A gold row: the handler's recovery, or a result that came from the cache. */
[[nodiscard]] bool isFromCache(const Event &event);

} // namespace Kintsugi
