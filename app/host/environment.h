// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QString>

#include <memory>
#include <optional>

namespace Kintsugi {
class FaultPoints;
}

/*! What both programs take from their environment: contract §6 and §8. A flag beats the
 * environment. */
namespace Kintsugi::Environment {

struct StoreChoice
{
    QString path;
    QString reason; //!< What won: "--db", "KINTSUGI_DB", "the default".
};

/*! Which store: --db, else KINTSUGI_DB, else PGHOST, else tasks.db in the application-data folder.
 * StoreUnavailable for what this version cannot open, with a sentence. */
[[nodiscard]] Expected<StoreChoice> chooseStore(const std::optional<QString> &dbFlag);

/*! What names the store, whether or not it can be opened: "--db", "KINTSUGI_DB", "PGHOST", "the
 * default". */
[[nodiscard]] QString storeChooser(const std::optional<QString> &dbFlag);

/*! Which port: --port, else KINTSUGI_PORT, else 7420. InvalidArgument when it is none. */
[[nodiscard]] Expected<quint16> choosePort(const std::optional<QString> &portFlag);

/*! True with KINTSUGI_ENV=production: no crash on demand, whatever the flags say. */
[[nodiscard]] bool isProduction();

/*! KINTSUGI_FAULT, armed: a point, an occurrence and drop or kill ("step_before:2:kill"). Null when
 *  it is not set, or when \a isTest is false or this is production. InvalidArgument when it says
 *  something else. */
[[nodiscard]] Expected<std::shared_ptr<FaultPoints>> armedFault(bool isTest);

/*! True with KINTSUGI_TEST_MODE=1: for commands that have no --test-mode. */
[[nodiscard]] bool isTestMode();

/*! $XDG_DATA_HOME/kintsugi */
[[nodiscard]] QString dataFolder();

} // namespace Kintsugi::Environment
