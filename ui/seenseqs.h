// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/ids.h"

class QSettings;

namespace Kintsugi {

/*! The last event of each task that this window has shown, kept across restarts.
 *
 *  Only the latest kKept tasks are remembered.
 */
class SeenSeqs
{
    Q_DISABLE_COPY_MOVE(SeenSeqs)

public:
    static constexpr qsizetype kKept = 500;

    explicit SeenSeqs(QSettings &settings);
    ~SeenSeqs() = default;

    [[nodiscard]] std::optional<Seq> seen(const TaskId &id) const;
    void setSeen(const TaskId &id, Seq seq);

private:
    QSettings &m_settings;
};

} // namespace Kintsugi
