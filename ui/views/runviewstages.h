// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/stagecard.h"
#include "ui/views/runviewbutton.h"
#include "ui/views/runviewtexts.h"

#include <QWidget>

namespace Kintsugi {

class Clock;
class Theming;

/*! One stage as a card that can be chosen. */
class StageCardButton final : public PaintedButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StageCardButton)

public:
    StageCardButton(const Theming &theming, QWidget *parent);

    void show(const StageCard &card);
    [[nodiscard]] const StageCard &card() const { return m_card; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theming &m_theming;
    StageCard m_card;
};

/*! The stages of a pipeline as cards with arrows, in rows as wide as there is room. */
class RunStages final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunStages)

public:
    explicit RunStages(const Theming &theming, QWidget *parent = nullptr);

    void show(const RunStory &story, const Moment &moment);
    [[nodiscard]] const QList<StageCardButton *> &cards() const { return m_cards; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

Q_SIGNALS:
    void stageSelected(const QString &stage);
    void seqSelected(qint64 seq);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();
    [[nodiscard]] int columns(int width) const;
    [[nodiscard]] double gap(int width) const;

    const Theming &m_theming;
    QList<StageCardButton *> m_cards;
    QList<Seq> m_lastSeqs;
    QList<TextRun> m_summary;
};

} // namespace Kintsugi
