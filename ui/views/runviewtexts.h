// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/glyphs.h"
#include "ui/painting/stagecard.h"
#include "ui/story/runstory.h"

#include <QDateTime>

#include <optional>

namespace Kintsugi {

/*! What the moment adds to a story. */
struct Moment
{
    Timestamp now;
    std::chrono::milliseconds staleIn{}; //!< Until a broken run counts as stale; 0 when it does.
};

/*! A duration in words: "5.541 s", "2 min 5 s". */
[[nodiscard]] QString durationText(std::chrono::milliseconds duration);
[[nodiscard]] QString shortSeconds(std::chrono::milliseconds duration); //!< "3.2 s".
[[nodiscard]] QString timeOfDay(Timestamp at); //!< Local, "09:00:05.412".
[[nodiscard]] QString shortKey(const IdempotencyKey &key); //!< "8362…90de".
/*! "n = 10, sleepMs = 1000": the members of a JSON object; what is nested stays JSON. */
[[nodiscard]] QString membersText(const QByteArray &json);

[[nodiscard]] StateGlyph runGlyph(const RunStory &story, const Moment &moment);
[[nodiscard]] QString stateText(const RunStory &story);
/*! One sentence, or two, on why it is or is not going on; rich text. */
[[nodiscard]] QString whyText(const RunStory &story, const Moment &moment);
/*! The icon before it: a name of resources/icons, "beat" for what lives. */
[[nodiscard]] QString whyIcon(const RunStory &story);

/*! The counts at the right end above the picture. */
[[nodiscard]] QList<TextRun> pictureSummary(const RunStory &story, const Palette &palette);
[[nodiscard]] StageCard stageCard(const RunStory &story, const StageStory &stage,
                                  const Moment &moment, const Palette &palette);
[[nodiscard]] QString stageDescription(const StageCard &card); //!< For a screen reader.

enum class StripKind { Countdown, Stale, Suspended, Mended, TakenUp, Completed, Failed, Cancelled };

/*! The strip below the picture. */
struct StripText
{
    StripKind kind = StripKind::Mended;
    QString title;
    QList<TextRun> detail;
};

/*! What comes next, or how it ended; none while all is well. */
[[nodiscard]] std::optional<StripText> outcomeStrip(const RunStory &story, const Moment &moment,
                                                    const Palette &palette);
/*! What broke last and was mended; none when nothing did. */
[[nodiscard]] std::optional<StripText> mendedStrip(const RunStory &story, const Palette &palette);

/*! What one attempt did and how it ended. */
[[nodiscard]] QList<TextRun> attemptText(const RunStory &story, const AttemptStory &attempt,
                                         const Palette &palette);
[[nodiscard]] QString attemptReason(const AttemptStory &attempt);

} // namespace Kintsugi
