// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/text.h"

#include <QByteArray>

#include <array>
#include <optional>

class QPainter;
class QRectF;

namespace Kintsugi {

enum class CardState { Waiting, Running, Done, Cached, Broken, Failed, Stopped };

/*! One of the three counters at the foot of a card. */
struct LedgerEntry
{
    int number = 0;
    QString label;
    QString shortLabel; //!< On a narrow card.
    enum class Tone { Plain, Stressed, Gold } tone = Tone::Plain;
};

/*! What a stage card shows. Lines are given in several lengths, the longest first. */
struct StageCard
{
    QString title;
    CardState state = CardState::Waiting;
    QString pill;
    QString shortPill{}; //!< When the title would not fit beside the long one.
    QList<QList<TextRun>> first;
    QList<QList<TextRun>> second;
    std::optional<double> progress{}; //!< 0 to 1, of a running or broken stage.
    std::array<LedgerEntry, 3> ledger;
    QByteArray seed; //!< Of the crack of a broken one.
};

inline constexpr double kCardHeight = 146;
inline constexpr double kCardGap = 36;
inline constexpr double kNarrowCard = 200; //!< Below it the ledger's labels are the short ones.

void paintStageCard(QPainter &painter, const StageCard &card, const QRectF &rect, const Look &look,
                    bool hovered = false, bool focused = false);

/*! The arrow from a card to the next, from \a x0 to \a x1 at \a y: gold behind a cached card,
 *  dashed before one that waits. */
void paintStageArrow(QPainter &painter, double x0, double x1, double y, CardState from,
                     CardState to, const Look &look);

} // namespace Kintsugi
