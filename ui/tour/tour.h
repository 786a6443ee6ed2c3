// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/story/runstory.h"

#include <QJsonObject>

namespace Kintsugi {

/*! Something that can be seen of a run. */
enum class TourMark {
    Now, //!< At once.
    Works, //!< Its first tick, or its first stage.
    Halfway, //!< Tick 5, or the second stage at work.
    Broken,
    Stale,
    Mended, //!< It has gone on after a break.
    Over
};

enum class TourDeed { None, Start, Crash, Nudge };

/*! One sentence of a tour, and what happens meanwhile. */
struct TourStep
{
    QString title; //!< At most 60 characters.
    QString gold{}; //!< The rest of it, in gold: what was mended or not paid twice.
    QString text;
    TourDeed deed = TourDeed::None;
    TourMark at = TourMark::Now; //!< When the deed is done.
    TourMark until = TourMark::Now; //!< When the step is over.
};

/*! A real run with what is said of it. */
struct Tour
{
    QByteArray name; //!< For --tour.
    QString title;
    QByteArray definition;
    QJsonObject input;
    QJsonObject undisturbed; //!< The input of a quick run that must have the same result.
    QList<TourStep> steps;
};

/*! All tours, in their order. Built anew in the language of the moment. */
[[nodiscard]] QList<Tour> tours();

[[nodiscard]] QByteArrayList tourNames();

[[nodiscard]] bool isReached(TourMark mark, const RunStory &story);

/*! What a run that is over has cost, for the card at the end. */
struct TourSummary
{
    int crashes = 0;
    std::chrono::milliseconds dead{}; //!< Nobody drove it so long.
    qint64 ran = 0; //!< Ticks, or bodies of stages.
    qint64 ranTwice = 0; //!< Ticks that came twice, or bodies that were cut off and ran again.
    int fromCache = 0; //!< Stages.
    std::chrono::milliseconds saved{};
};

[[nodiscard]] TourSummary summaryOf(const RunStory &story);

} // namespace Kintsugi
