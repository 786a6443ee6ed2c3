// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/tour/tourview.h"

#include "ui/painting/text.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr double kHeader = 44; // At scale 1; a tour is shown at 1.5.
constexpr double kMargin = 24;
} // namespace

TourView::TourView(Theming &theming, const Clock &clock, Workbench &bench, const Tour &tour,
                   QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_player(bench, tour)
    , m_run(new RunView(theming, clock, this))
    , m_card(new TourCard(theming, this))
    , m_caption(new TourCaption(theming, m_player, this))
    , m_header(new QWidget(this))
{
    setObjectName(u"tourView"_s);
    setAccessibleName(tour.title);
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_run->clear();
    m_card->hide();
    auto *middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->addWidget(m_run, 1);
    middle->addWidget(m_card, 0, Qt::AlignTop);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_header);
    rows->addLayout(middle, 1);
    rows->addWidget(m_caption);

    connect(&bench, &Workbench::taskStarted, m_run,
            [this](const Task &task) { m_run->showTask(task, {}); });
    connect(&bench, &Workbench::taskChanged, m_run, &RunView::updateTask);
    connect(&bench, &Workbench::eventsAppended, m_run, &RunView::appendEvents);
    connect(&m_player, &TourPlayer::changed, this, &TourView::show);
    connect(&m_player, &TourPlayer::finished, this, [this] {
        const QByteArray next = following();
        if (next.isEmpty())
            Q_EMIT left();
        else
            Q_EMIT wanted(next);
    });
    connect(&theming, &Theming::changed, this, &TourView::restyle);
    restyle();
    m_player.play();
}

TourView::~TourView() = default;

void TourView::restyle()
{
    m_header->setFixedHeight(m_theming.px(kHeader));
    m_card->updateGeometry();
    m_caption->updateGeometry();
    update();
}

QByteArray TourView::following() const
{
    const QList<Tour> all = tours();
    const auto here = std::ranges::find(all, m_player.tour().name, &Tour::name);
    return here == all.cend() || std::next(here) == all.cend() ? QByteArray()
                                                               : std::next(here)->name;
}

void TourView::show()
{
    const QByteArray next = following();
    QString title;
    for (const Tour &tour : tours()) {
        if (tour.name == next)
            title = tour.title;
    }
    m_caption->showStep(title);
    const bool isOver = m_player.isLast();
    if (isOver)
        m_card->show(m_player.story(), m_player.isUnchanged());
    m_card->setVisible(isOver);
    update();
}

void TourView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const QRectF header(0, 0, width(), m_header->height());
    painter.fillRect(header, p.window);
    painter.fillRect(QRectF(0, header.bottom() - 1, width(), 1), p.line);
    const double middle = header.center().y();
    const int bowl = m_theming.px(18);
    painter.drawPixmap(QPointF(look.px(kMargin), middle - bowl / 2.0),
                       Icons::applicationIcon().pixmap(QSize(bowl, bowl), devicePixelRatioF()));
    const QList<Tour> all = tours();
    const auto here = std::ranges::find(all, m_player.tour().name, &Tour::name);
    const qsizetype number = here - all.cbegin();
    const QList<TextRun> leaves{{tr("Esc leaves"), FontRole::Small, p.muted}};
    const double right = width() - look.px(kMargin) - widthOf(leaves, look);
    paintRuns(painter, {right, middle + look.px(4)}, leaves, look);
    double x = right - look.px(24) - double(all.size()) * look.px(28);
    paintRuns(painter, {look.px(kMargin + 26), middle + look.px(4)},
              {{m_player.tour().title, FontRole::BodyStrong, p.text},
               {u"   "_s + tr("Tour %1 of %2").arg(number + 1).arg(all.size()), FontRole::Small,
                p.muted}},
              look, x - look.px(kMargin + 40));
    painter.setPen(Qt::NoPen);
    for (qsizetype i = 0; i < all.size(); ++i) { // Where one is among the tours.
        painter.setBrush(i == number ? p.text : i < number ? p.muted : p.line);
        painter.drawRoundedRect(QRectF(x, middle - look.px(2), look.px(22), look.px(4)), look.px(2),
                                look.px(2));
        x += look.px(28);
    }
}

void TourView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_PageDown: // What presenters' remotes send.
        return m_player.next();
    case Qt::Key_Left:
    case Qt::Key_PageUp:
        return m_player.back();
    case Qt::Key_A:
        return m_player.setAuto(!m_player.isAuto());
    case Qt::Key_Escape:
        Q_EMIT left();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace Kintsugi
