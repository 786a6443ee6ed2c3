// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QJsonObject>

namespace Kintsugi {

/*! Reads a task file (*.kintsugi.json, at most 1 MiB) and gives the input of pipeline-file
 * (pipelinefile.h).
 *
 *  The input is complete: every default is filled in, `needs` is spelled out (a stage without it
 * follows the one above it, `[]` is none), and baseDir is the file's folder, absolute and without
 * links, so that one file is one task from wherever it is named. An error names the file, the
 * stage, the field, and what helps; InvalidInput bears the fields, too.
 *
 *  Thread: any; reads the disk.
 */
[[nodiscard]] Expected<QJsonObject> readTaskFile(const QString &path);

/*! The same for the text of a file; \a name is for the messages. */
[[nodiscard]] Expected<QJsonObject> parseTaskFile(const QByteArray &text, const QString &name,
                                                  const QString &baseDir);

} // namespace Kintsugi
