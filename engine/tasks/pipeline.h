// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>

namespace Kintsugi {

struct PipelineInput
{
    Q_GADGET
    Q_PROPERTY(int rows MEMBER rows)
    Q_CLASSINFO("rows.title", "Rows")
    Q_CLASSINFO("rows.help", "How many rows the first stage makes.")
    Q_CLASSINFO("rows.minimum", "1")
    Q_CLASSINFO("rows.maximum", "1000000")
    Q_PROPERTY(int stageMs MEMBER stageMs)
    Q_CLASSINFO("stageMs.title", "Time for a stage")
    Q_CLASSINFO("stageMs.help",
                "A stage takes at least this long, so that there is time to break it.")
    Q_CLASSINFO("stageMs.unit", "ms")
    Q_CLASSINFO("stageMs.minimum", "0")
    Q_CLASSINFO("stageMs.maximum", "3600000")

public:
    int rows = 1000;
    int stageMs = 1500;
};

struct StageStarted
{
    Q_GADGET
    Q_CLASSINFO("event", "stage_started")
    Q_PROPERTY(QString stage MEMBER stage)
    Q_PROPERTY(int index MEMBER index)

public:
    QString stage;
    int index = 0; //!< From 0.
};

struct StageDone
{
    Q_GADGET
    Q_CLASSINFO("event", "stage_done")
    Q_PROPERTY(QString stage MEMBER stage)
    Q_PROPERTY(int index MEMBER index)
    Q_PROPERTY(bool fromCache MEMBER fromCache)
    Q_PROPERTY(qint64 durationMs MEMBER durationMs)
    Q_PROPERTY(QJsonObject result MEMBER result)

public:
    QString stage;
    int index = 0;
    bool fromCache = false; //!< The memo was there: the stage did not run again.
    qint64 durationMs = 0; //!< Of the run that computed it.
    QJsonObject result;
};

struct PipelineRecovered
{
    Q_GADGET
    Q_CLASSINFO("event", "recovered")
    Q_PROPERTY(QStringList cachedStages MEMBER cachedStages)

public:
    QStringList cachedStages;
};

struct PipelineResult
{
    Q_GADGET
    Q_PROPERTY(int rows MEMBER rows)
    Q_PROPERTY(QString checksum MEMBER checksum)

public:
    int rows = 0;
    QString checksum; //!< SHA-256 of what was loaded, in hex; depends on rows alone.
};

/*! Extract, transform, load, each a memoised step: the engine looks after the recovery, a finished
 * stage never runs again. */
inline constexpr TaskDefinition<PipelineInput, PipelineResult, StageStarted, StageDone,
                                PipelineRecovered>
    kPipelineWithSteps{.name = "pipeline-with-steps",
                       .version = 1,
                       .title = "Pipeline with steps",
                       .autoRecover = false};

} // namespace Kintsugi
