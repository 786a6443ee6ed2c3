// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/builtin.h"

namespace Kintsugi {

Registry builtinTasks()
{
    Registry registry;
    registry.add(kCountToN, countToN);
    registry.add(kPipelineWithSteps, pipelineWithSteps);
    registry.add(kPipelineFile, pipelineFile);
    return registry;
}

} // namespace Kintsugi
