// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace Kintsugi {

/*! What a submit or an action did: contract §5. */
enum class Outcome {
    Created,
    Attached,
    Recovered,
    Resumed,
    Finished,
    Stopping,
    Cancelled,
    Crashed,
    Suspending,
    Suspended,
    Retried,
    Delivered
};

/*! The spelling on the wire. */
[[nodiscard]] QByteArray toWire(Outcome outcome);

} // namespace Kintsugi
