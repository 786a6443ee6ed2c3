// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QJsonObject>

/*! What the commands print: JSON as it is, or lines for people. The only place that writes to
 * standard output.
 *
 *  Thread: main.
 */
namespace Kintsugi::Output {

// False when standard output takes nothing any more.
bool json(const QByteArray &document); //!< One line, flushed.
bool line(const QString &text); //!< For people; flushed.
/*! "kintsugi-cli: what is wrong", on standard error. Gives the exit code for it. */
int error(const Error &error);
void warning(const QString &text); //!< The same look; the command goes on.

/*! What a colour means; without colours (NO_COLOR, no terminal) the text alone must do. */
enum class Tone { Plain, Dim, Good, Bad, Gold, Busy };
[[nodiscard]] QString toned(const QString &text, Tone tone);
/*! Control characters of a stored text must not reach the terminal. */
[[nodiscard]] QString harmless(QString text);

bool event(const QByteArray &json, bool asJson);
void task(const QByteArray &json, bool asJson);
void text(const QString &words); //!< A line for people; what a stranger put in does no harm.
void taskRow(const QJsonObject &task); //!< One line of a list, for people.

} // namespace Kintsugi::Output
