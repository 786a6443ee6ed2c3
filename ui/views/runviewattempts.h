// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/views/runviewtexts.h"

#include <QWidget>

namespace Kintsugi {

class Theming;

/*! The attempts of a run, one lane each, with a gold seam where one mended what the one before
 *  it left broken. */
class RunAttempts final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunAttempts)

public:
    explicit RunAttempts(const Theming &theming, QWidget *parent = nullptr);

    void show(const RunStory &story, const Moment &moment);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void seqSelected(qint64 seq); //!< The attempt_started of a clicked lane.

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    [[nodiscard]] qsizetype first() const; //!< The first attempt that is shown.
    [[nodiscard]] double top(qsizetype index) const; //!< Of the lane of attempt \a index.
    void paintLane(QPainter &painter, qsizetype index) const;
    void paintBreak(QPainter &painter, qsizetype index) const; //!< Above lane \a index.
    void paintOpenBreak(QPainter &painter) const;

    const Theming &m_theming;
    RunStory m_story;
    Moment m_moment;
};

} // namespace Kintsugi
