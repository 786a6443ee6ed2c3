// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/registry.h"
#include "engine/tasks/counttonumber.h"
#include "engine/tasks/pipeline.h"
#include "engine/tasks/pipelinefile.h"

namespace Kintsugi {

[[nodiscard]] Coro<CountResult> countToN(Context &ctx, CountInput input);
[[nodiscard]] Coro<PipelineResult> pipelineWithSteps(Context &ctx, PipelineInput input);
[[nodiscard]] Coro<PipelineFileResult> pipelineFile(Context &ctx, PipelineFileInput input);

/*! The definitions that come with Kintsugi. */
[[nodiscard]] Registry builtinTasks();

} // namespace Kintsugi
