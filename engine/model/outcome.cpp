// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/outcome.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

QByteArray toWire(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Created:
        return "created"_ba;
    case Outcome::Attached:
        return "attached"_ba;
    case Outcome::Recovered:
        return "recovered"_ba;
    case Outcome::Resumed:
        return "resumed"_ba;
    case Outcome::Finished:
        return "finished"_ba;
    case Outcome::Stopping:
        return "stopping"_ba;
    case Outcome::Cancelled:
        return "cancelled"_ba;
    case Outcome::Crashed:
        return "crashed"_ba;
    case Outcome::Suspending:
        return "suspending"_ba;
    case Outcome::Suspended:
        return "suspended"_ba;
    case Outcome::Retried:
        return "retried"_ba;
    case Outcome::Delivered:
        return "delivered"_ba;
    }
    return {};
}

} // namespace Kintsugi
