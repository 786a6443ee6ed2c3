// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QString>

#include <chrono>
#include <stop_token>

/*! The work that the example pipeline does: sales made from a fixed rule, summed by region, written
 * as a table.
 *
 *  Each function is the body of a step, so it bears being run twice: it makes its file whole beside
 * the final name, syncs it and renames it. It takes at least \a atLeast, and ends early by an
 * exception when \a stop asks for it. Thread: any.
 */
namespace Kintsugi::SalesData {

/*! Makes \a rows sales in \a folder. Gives {"rows", "sha256"}. */
[[nodiscard]] QJsonObject extract(int rows, const QString &folder,
                                  std::chrono::milliseconds atLeast, const std::stop_token &stop);

/*! Sums them by region. Gives {"rows", "regions": {name: {"sales", "cents"}}}. Throws TaskError
 * when the sales are gone. */
[[nodiscard]] QJsonObject transform(const QJsonObject &extracted, const QString &folder,
                                    std::chrono::milliseconds atLeast, const std::stop_token &stop);

/*! Writes the sums as regions.csv and removes the sales. Gives {"rows", "checksum"}. */
[[nodiscard]] QJsonObject load(const QJsonObject &totals, const QString &folder,
                               std::chrono::milliseconds atLeast, const std::stop_token &stop);

} // namespace Kintsugi::SalesData
