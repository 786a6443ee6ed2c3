// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QString>

#include <chrono>
#include <stop_token>

/*! The work that the example pipeline does: sales read from a source that always gives the same,
 *  summed by region, written as a table.
 *
 *  Each function is the body of a step, so it bears being run twice, even at the same moment. It
 *  takes at least \a atLeast, and ends early by an exception when \a stop asks for it. Thread: any.
 */
namespace Kintsugi::SalesData {

/*! Makes \a rows sales and takes their digest: the snapshot that the next stage reads. Gives
 *  {"rows", "sha256"}. */
[[nodiscard]] QJsonObject extract(int rows, std::chrono::milliseconds atLeast,
                                  const std::stop_token &stop);

/*! Reads that snapshot and sums it by region. Gives {"rows", "regions": {name: {"sales",
 *  "cents"}}}. Throws TaskError when the source gives something else than it gave to extract. */
[[nodiscard]] QJsonObject transform(const QJsonObject &extracted, std::chrono::milliseconds atLeast,
                                    const std::stop_token &stop);

/*! Writes the sums as regions.csv into \a folder, whole or not at all. Gives {"rows", "checksum"}.
 */
[[nodiscard]] QJsonObject load(const QJsonObject &totals, const QString &folder,
                               std::chrono::milliseconds atLeast, const std::stop_token &stop);

} // namespace Kintsugi::SalesData
