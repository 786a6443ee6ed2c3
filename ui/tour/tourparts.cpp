// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The caption of a tour and the card at its end.

#include "ui/painting/glyphs.h"
#include "ui/painting/seam.h"
#include "ui/painting/text.h"
#include "ui/theme/theme.h"
#include "ui/tour/tourview.h"
#include "ui/views/runviewtexts.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr double kCardWidth = 260;
constexpr double kRow = 54;
constexpr double kCaption = 120;
constexpr double kMargin = 24;
} // namespace

TourCard::TourCard(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
{
    setObjectName(u"tourCard"_s);
    setAccessibleName(tr("Summary"));
}

void TourCard::add(const QString &name, const QString &detail, const QString &number,
                   const QColor &ink)
{
    m_rows.append({name, detail, number, ink});
}

void TourCard::show(const RunStory &story, std::optional<bool> isUnchanged)
{
    const Palette &p = m_theming.palette();
    const TourSummary sum = summaryOf(story);
    const QLocale locale;
    m_isUnchanged = isUnchanged;
    m_title = sum.crashes == 1 ? tr("Broken once, mended once")
                               : tr("Broken and mended, %n time(s)", nullptr, sum.crashes);
    m_rows.clear();
    add(tr("Crashes"), tr("the attempt was dropped"), locale.toString(sum.crashes), p.crack);
    add(tr("Time lost"), tr("nobody drove it"), shortSeconds(sum.dead), p.text);
    if (story.kind() == RunKind::Stages) {
        add(tr("Bodies run"), tr("%1 of them again").arg(locale.toString(sum.ranTwice)),
            locale.toString(sum.ran), p.text);
        add(tr("From cache"), tr("%1 saved").arg(shortSeconds(sum.saved)),
            locale.toString(sum.fromCache), p.goldText);
    } else {
        add(tr("Ticks"), tr("as many as were asked for"), locale.toString(sum.ran), p.text);
        add(tr("Ran twice"), tr("none of them is lost either"), locale.toString(sum.ranTwice),
            p.goldText);
    }
    QStringList lines{m_title};
    for (const Row &row : std::as_const(m_rows))
        lines << u"%1: %2, %3"_s.arg(row.name, row.number, row.detail);
    setAccessibleDescription(lines.join(u"; "_s));
    updateGeometry();
    update();
}

QSize TourCard::sizeHint() const
{
    return {m_theming.px(kCardWidth + 2 * kMargin),
            m_theming.px(kMargin + 46 + double(m_rows.size()) * kRow + 64)};
}

void TourCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const QRectF card =
        QRectF(rect()).adjusted(look.px(kMargin) / 2, look.px(16), -look.px(kMargin), -look.px(2));
    painter.setPen(QPen(p.seam, 1));
    painter.setBrush(p.raised);
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), look.px(5), look.px(5));
    const double left = card.left() + look.px(16);
    const double right = card.right() - look.px(16);
    paintRuns(painter, {left, card.top() + look.px(28)}, {{m_title, FontRole::CardTitle, p.text}},
              look, right - left);
    double y = card.top() + look.px(44);
    for (const Row &row : m_rows) {
        const QList<TextRun> number{{row.number, FontRole::TaskName, row.ink}};
        const double wide = widthOf(number, look);
        paintRuns(painter, {right - wide, y + look.px(32)}, number, look);
        const double room = right - wide - look.px(8) - left;
        paintRuns(painter, {left, y + look.px(22)}, {{row.name, FontRole::Name, p.text}}, look,
                  room);
        paintRuns(painter, {left, y + look.px(38)}, {{row.detail, FontRole::Small, p.muted}}, look,
                  room);
        painter.fillRect(QRectF(left, y + look.px(kRow) - 1, right - left, 1), p.lineSoft);
        y += look.px(kRow);
    }
    const QRectF box(left, y + look.px(8), right - left, look.px(40));
    const bool isKnown = m_isUnchanged.has_value();
    const bool isSame = m_isUnchanged.value_or(false);
    painter.setPen(QPen(isSame ? p.greenLine : p.line, 1));
    painter.setBrush(isSame ? p.greenFill : p.panel);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4));
    const QString words = !isKnown ? tr("Compared with an undisturbed run…")
        : isSame                   ? tr("Result unchanged")
                                   : tr("Another result");
    double x = box.left() + look.px(12);
    if (isKnown) {
        const QRectF sign(x, box.center().y() - look.px(7), look.px(14), look.px(14));
        paintStateGlyph(painter, sign, isSame ? StateGlyph::Done : StateGlyph::Failed, p,
                        isSame ? p.greenFill : p.panel);
        x += look.px(22);
    }
    paintRuns(painter, {x, box.center().y() + look.px(5)},
              {{words, FontRole::BodyStrong,
                !isKnown     ? p.muted
                    : isSame ? p.done
                             : p.failed}},
              look, box.right() - look.px(8) - x);
}

TourCaption::TourCaption(Theming &theming, TourPlayer &player, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_player(player)
    , m_back(new QPushButton(tr("Back"), this))
    , m_next(new QPushButton(tr("Next"), this))
    , m_auto(new QToolButton(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setPrimary(m_next);
    m_back->setObjectName(u"tourBack"_s);
    m_next->setObjectName(u"tourNext"_s);
    m_auto->setObjectName(u"tourAuto"_s);
    m_auto->setCheckable(true);
    m_auto->setAutoRaise(true);
    for (QWidget *button : std::initializer_list<QWidget *>{m_back, m_next, m_auto})
        button->setFocusPolicy(Qt::TabFocus);
    connect(m_back, &QPushButton::clicked, &player, &TourPlayer::back);
    connect(m_next, &QPushButton::clicked, &player, &TourPlayer::next);
    connect(m_auto, &QToolButton::clicked, &player, &TourPlayer::setAuto);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 36, 36, 24);
    rows->addLayout(buttons);
    rows->addWidget(m_auto, 0, Qt::AlignRight);
    rows->addStretch(1);
}

QSize TourCaption::sizeHint() const
{
    return {m_theming.px(600), m_theming.px(kCaption)};
}

void TourCaption::showStep(const QString &nextTour)
{
    const TourStep &step = m_player.tour().steps[m_player.step()];
    const QString title = step.gold.isEmpty() ? step.title : QString(step.title + u' ' + step.gold);
    setAccessibleName(title);
    setAccessibleDescription(step.text);
    m_back->setEnabled(m_player.step() > 0);
    m_next->setEnabled(m_player.isReady());
    m_next->setText(!m_player.isLast()       ? tr("Next")
                        : nextTour.isEmpty() ? tr("Finish")
                                             : tr("Next tour"));
    m_next->setToolTip(!m_player.isReady()     ? tr("In a moment: it really happens")
                           : m_player.isLast() ? nextTour
                                               : QString());
    m_auto->setChecked(m_player.isAuto());
    m_auto->setText(tr("Step %1 of %2  ·  %3")
                        .arg(m_player.step() + 1)
                        .arg(m_player.tour().steps.size())
                        .arg(m_player.isAuto() ? tr("goes by itself (A)") : tr("by hand (A)")));
    m_auto->setAccessibleName(tr("Goes by itself"));
    update();
}

void TourCaption::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    painter.fillRect(rect().adjusted(0, int(look.px(4)), 0, 0), p.window);
    paintTableSeam(painter, m_player.tour().name, 0, width(), look.px(4), p);
    const TourStep &step = m_player.tour().steps[m_player.step()];
    const double room = m_back->x() - look.px(kMargin) * 2;
    QList<TextRun> title{{step.title, FontRole::TaskName, p.text}};
    if (!step.gold.isEmpty())
        title.append({u" "_s + step.gold, FontRole::TaskName, p.goldText});
    paintRuns(painter, {look.px(kMargin), look.px(42)}, title, look, room);
    painter.setFont(look.font(FontRole::Body));
    painter.setPen(p.muted);
    painter.drawText(QRectF(look.px(kMargin), look.px(56), room, look.px(44)),
                     int(Qt::TextWordWrap) | int(Qt::AlignTop), step.text);
}

} // namespace Kintsugi
