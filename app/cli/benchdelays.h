// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QByteArrayView>

#include <vector>

namespace Kintsugi {

/*! How old events were when readers got them: by the "at" that they bear, which is a moment before
 *  their commit. In milliseconds, at most ten seconds.
 */
class BenchDelays
{
public:
    BenchDelays();

    /*! Every event whose "at" lies whole in what arrived at \a now. */
    void note(QByteArrayView piece, Timestamp now);
    [[nodiscard]] qint64 count() const { return m_count; }
    /*! As many thousandths of them were no older. */
    [[nodiscard]] int quantile(int thousandths) const;

private:
    std::vector<qint64> m_ofDelay; //!< Events, by their delay.
    qint64 m_count = 0;
};

} // namespace Kintsugi
