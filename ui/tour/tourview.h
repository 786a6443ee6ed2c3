// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/tour/tourplayer.h"

#include <QWidget>

class QPushButton;
class QToolButton;

namespace Kintsugi {

class Clock;
class RunView;
class Theming;

/*! The card at the end of a tour: crashes, time lost, what ran, what did not have to. */
class TourCard final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TourCard)

public:
    explicit TourCard(const Theming &theming, QWidget *parent = nullptr);

    void show(const RunStory &story, std::optional<bool> isUnchanged);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Row
    {
        QString name;
        QString detail;
        QString number;
        QColor ink;
    };
    void add(const QString &name, const QString &detail, const QString &number, const QColor &ink);

    const Theming &m_theming;
    QString m_title;
    QList<Row> m_rows;
    std::optional<bool> m_isUnchanged;
};

/*! What is said at each step, under a seam of gold; next, back, by itself. */
class TourCaption final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TourCaption)

public:
    TourCaption(Theming &theming, TourPlayer &player, QWidget *parent = nullptr);

    void showStep(const QString &nextTour);
    [[nodiscard]] QPushButton *nextButton() const { return m_next; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Theming &m_theming;
    TourPlayer &m_player;
    QPushButton *m_back;
    QPushButton *m_next;
    QToolButton *m_auto;
};

/*! A tour over the whole window: its run in large type, and nothing else to look at.
 *  Thread: main. Right or Enter goes on, Left back, A by itself, Escape leaves. */
class TourView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TourView)

public:
    TourView(Theming &theming, const Clock &clock, Workbench &bench, const Tour &tour,
             QWidget *parent = nullptr);
    ~TourView() override;

    [[nodiscard]] TourPlayer &player() { return m_player; }

Q_SIGNALS:
    void left();
    void wanted(const QByteArray &tour); //!< The one after this, or this again.

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void show();
    void restyle();
    [[nodiscard]] QByteArray following() const; //!< Empty after the last tour.

    Theming &m_theming;
    TourPlayer m_player;
    RunView *m_run;
    TourCard *m_card;
    TourCaption *m_caption;
    QWidget *m_header;
};

} // namespace Kintsugi
