// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewstages.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace Kintsugi {

namespace {

constexpr double kCaption = 26;
constexpr double kSmallestCard = 150;
constexpr double kNarrowGap = 20;
constexpr double kRowGap = 24;

} // namespace

StageCardButton::StageCardButton(const Theming &theming, QWidget *parent)
    : PaintedButton(parent)
    , m_theming(theming)
{}

void StageCardButton::show(const StageCard &card)
{
    m_card = card;
    setText(card.title);
    setAccessibleName(tr("Stage %1").arg(card.title));
    const QString description = stageDescription(card);
    if (description != accessibleDescription()) {
        setAccessibleDescription(description);
        setToolTip(description);
    }
    QWidget::show();
    update();
}

void StageCardButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintStageCard(painter, m_card, rect(), m_theming.look(), underMouse(), hasRing());
}

RunStages::RunStages(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Stages"));
}

void RunStages::show(const RunStory &story, const Moment &moment)
{
    const Palette &palette = m_theming.palette();
    m_lastSeqs.clear();
    bool changed = false;
    for (qsizetype i = 0; i < story.stages().size(); ++i) {
        if (i == m_cards.size()) {
            auto *card = new StageCardButton(m_theming, this);
            connect(card, &QAbstractButton::clicked, this, [this, card, i] {
                Q_EMIT stageSelected(card->card().title);
                if (m_lastSeqs.value(i) > 0)
                    Q_EMIT seqSelected(m_lastSeqs[i]);
            });
            m_cards << card;
            changed = true;
        }
        m_lastSeqs << story.stages()[i].lastSeq;
        m_cards[i]->show(stageCard(story, story.stages()[i], moment, palette));
    }
    while (m_cards.size() > story.stages().size()) {
        delete m_cards.takeLast();
        changed = true;
    }
    m_summary = pictureSummary(story, palette);
    setAccessibleDescription(plainText(m_summary));
    if (changed) {
        updateGeometry();
        arrange();
    }
    update();
}

int RunStages::columns(int width) const
{
    const double smallest = m_theming.px(kSmallestCard);
    const double between = m_theming.px(kNarrowGap);
    const int fitting = int((width + between) / (smallest + between));
    return qBound(1, fitting, qMax(1, int(m_cards.size())));
}

double RunStages::gap(int width) const
{
    const int count = columns(width);
    const double card = (width - (count - 1) * m_theming.px(kCardGap)) / double(count);
    return card < m_theming.px(kNarrowCard) ? m_theming.px(kNarrowGap) : m_theming.px(kCardGap);
}

int RunStages::heightForWidth(int width) const
{
    const int rows = qMax(1, (int(m_cards.size()) + columns(width) - 1) / columns(width));
    return m_theming.px(kCaption) + rows * m_theming.px(kCardHeight)
        + (rows - 1) * m_theming.px(kRowGap);
}

QSize RunStages::sizeHint() const
{
    return {m_theming.px(600), heightForWidth(m_theming.px(600))};
}

QSize RunStages::minimumSizeHint() const
{
    return {m_theming.px(kSmallestCard), m_theming.px(kCaption + kCardHeight)};
}

void RunStages::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void RunStages::arrange()
{
    const int count = columns(width());
    const double between = gap(width());
    const double card = (width() - (count - 1) * between) / count;
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        const int column = int(i) % count;
        const int row = int(i) / count;
        const int left = qRound(column * (card + between));
        const int right = qRound(column * (card + between) + card);
        m_cards[i]->setGeometry(left,
                                m_theming.px(kCaption) + row * m_theming.px(kCardHeight + kRowGap),
                                right - left, m_theming.px(kCardHeight));
        if (i > 0)
            setTabOrder(m_cards[i - 1], m_cards[i]);
    }
}

void RunStages::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Look look = m_theming.look();
    const double baseline = m_theming.px(kCaption) - m_theming.px(9);
    paintRuns(painter, {0, baseline}, {{tr("Stages"), FontRole::Caption, look.palette.muted}},
              look);
    const double room = width() - look.px(70);
    const double wanted = std::min(room, widthOf(m_summary, look));
    paintRuns(painter, {width() - wanted, baseline}, m_summary, look, room);
    for (qsizetype i = 1; i < m_cards.size(); ++i) {
        const QRect from = m_cards[i - 1]->geometry();
        const QRect to = m_cards[i]->geometry();
        if (from.top() != to.top())
            continue;
        const double inset = to.left() - from.right() > look.px(30) ? look.px(5) : look.px(2);
        paintStageArrow(painter, from.right() + 1 + inset, to.left() - inset,
                        from.top() + look.px(kCardHeight) / 3, m_cards[i - 1]->card().state,
                        m_cards[i]->card().state, look);
    }
}

} // namespace Kintsugi
