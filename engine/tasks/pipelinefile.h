// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/tasks/pipeline.h"

#include <QJsonValue>
#include <QList>
#include <QMap>

namespace Kintsugi {

/*! Variables by their names. */
using StageEnvironment = QMap<QString, QString>;

/*! How often a stage's command is tried, and how long is waited before each further try. */
struct StageRetry
{
    Q_GADGET
    Q_PROPERTY(int maxAttempts MEMBER maxAttempts)
    Q_CLASSINFO("maxAttempts.minimum", "1")
    Q_CLASSINFO("maxAttempts.maximum", "1000")
    Q_PROPERTY(qint64 initialDelayMs MEMBER initialDelayMs)
    Q_CLASSINFO("initialDelayMs.unit", "ms")
    Q_CLASSINFO("initialDelayMs.minimum", "0")
    Q_CLASSINFO("initialDelayMs.maximum", "86400000")
    Q_PROPERTY(double factor MEMBER factor)
    Q_CLASSINFO("factor.help", "Each delay is this many times the one before it.")
    Q_CLASSINFO("factor.minimum", "1")
    Q_CLASSINFO("factor.maximum", "100")
    Q_PROPERTY(qint64 maxDelayMs MEMBER maxDelayMs)
    Q_CLASSINFO("maxDelayMs.unit", "ms")
    Q_CLASSINFO("maxDelayMs.minimum", "0")
    Q_CLASSINFO("maxDelayMs.maximum", "86400000")

public:
    int maxAttempts = 1; //!< In all, the first included.
    qint64 initialDelayMs = 500; //!< Before the second attempt.
    double factor = 2;
    qint64 maxDelayMs = 10'000;
    friend bool operator==(const StageRetry &, const StageRetry &) = default;
};

/*! One command of a task file. */
struct StageSpec
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_CLASSINFO("name.required", "true")
    Q_CLASSINFO("name.minLength", "1")
    Q_CLASSINFO("name.maxLength", "128")
    Q_CLASSINFO("name.pattern", "^[^/\\x00-\\x1f]*$")
    Q_PROPERTY(QStringList needs MEMBER needs)
    Q_CLASSINFO("needs.help", "The stages that must be done before this one.")
    Q_PROPERTY(QStringList command MEMBER command)
    Q_CLASSINFO("command.help", "The program and its arguments; no shell comes between.")
    Q_CLASSINFO("command.required", "true")
    Q_CLASSINFO("command.minItems", "1")
    Q_PROPERTY(QString cwd MEMBER cwd)
    Q_CLASSINFO("cwd.help", "Relative to the folder of the task file.")
    Q_CLASSINFO("cwd.minLength", "1")
    Q_PROPERTY(Kintsugi::StageEnvironment env MEMBER env)
    Q_CLASSINFO("env.help", "Set over the environment of the program itself.")
    Q_PROPERTY(qint64 timeoutMs MEMBER timeoutMs)
    Q_CLASSINFO("timeoutMs.help", "0 is no limit.")
    Q_CLASSINFO("timeoutMs.unit", "ms")
    Q_CLASSINFO("timeoutMs.minimum", "0")
    Q_CLASSINFO("timeoutMs.maximum", "2592000000")
    Q_PROPERTY(Kintsugi::StageRetry retry MEMBER retry)

public:
    QString name; //!< Of its step; no two of a file are the same.
    QStringList needs; //!< Always spelled out here; a task file may leave it away.
    QStringList command;
    QString cwd = QStringLiteral(".");
    StageEnvironment env;
    qint64 timeoutMs = 0; //!< Of one attempt; at most 30 days, 0 is none.
    StageRetry retry;
    friend bool operator==(const StageSpec &, const StageSpec &) = default;
};

/*! A task file as it was read (taskfile.h), all that the run depends on. */
struct PipelineFileInput
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_CLASSINFO("name.required", "true")
    Q_CLASSINFO("name.minLength", "1")
    Q_CLASSINFO("name.maxLength", "128")
    Q_PROPERTY(QList<Kintsugi::StageSpec> stages MEMBER stages)
    Q_CLASSINFO("stages.required", "true")
    Q_CLASSINFO("stages.minItems", "1")
    Q_CLASSINFO("stages.maxItems", "1000")
    Q_PROPERTY(QString baseDir MEMBER baseDir)
    Q_CLASSINFO("baseDir.help", "The folder of the task file; the stages' cwd starts there.")
    Q_CLASSINFO("baseDir.required", "true")
    Q_CLASSINFO("baseDir.minLength", "1")

public:
    QString name;
    QList<StageSpec> stages; //!< In the order of the file.
    QString baseDir; //!< Absolute; part of the key, so the same file elsewhere is another task.
    friend bool operator==(const PipelineFileInput &, const PipelineFileInput &) = default;
};

/*! As StageDone, but a command's result may be any JSON value, or a text. */
struct FileStageDone
{
    Q_GADGET
    Q_CLASSINFO("event", "stage_done")
    Q_PROPERTY(QString stage MEMBER stage)
    Q_PROPERTY(int index MEMBER index)
    Q_PROPERTY(bool fromCache MEMBER fromCache)
    Q_PROPERTY(qint64 durationMs MEMBER durationMs)
    Q_PROPERTY(QJsonValue result MEMBER result)

public:
    QString stage;
    int index = 0; //!< The stage's place in the file, from 0.
    bool fromCache = false; //!< The memo was there: the command did not run again.
    qint64 durationMs = 0; //!< Of the run that computed it.
    QJsonValue result;
};

struct PipelineFileResult
{
    Q_GADGET
    Q_PROPERTY(QJsonObject results MEMBER results)

public:
    QJsonObject results; //!< By the stages' names.
};

/*! The user's own commands, one memoised step each; those whose needs are met run side by side. */
inline constexpr TaskDefinition<PipelineFileInput, PipelineFileResult, StageStarted, FileStageDone,
                                PipelineRecovered>
    kPipelineFile{.name = "pipeline-file", .version = 1, .title = "Task file", .localOnly = true};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::StageSpec)
