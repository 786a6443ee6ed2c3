// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewattempts.h"

#include "ui/painting/seam.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr double kCaption = 26;
constexpr double kLane = 46;
constexpr double kBetween = 28; // holds the seam and its words
constexpr double kGutter = 92;
constexpr qsizetype kMost = 12; // lanes; earlier attempts are counted in the caption

} // namespace

RunAttempts::RunAttempts(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Attempts"));
}

void RunAttempts::show(const RunStory &story, const Moment &moment)
{
    const QSize before = sizeHint();
    m_story = story;
    m_moment = moment;
    if (sizeHint() != before)
        updateGeometry();
    QStringList lines;
    for (qsizetype i = first(); i < m_story.attempts().size(); ++i) {
        const AttemptStory &attempt = m_story.attempts()[i];
        lines << tr("Attempt %1, %2: %3")
                     .arg(QString::number(attempt.number), attemptReason(attempt),
                          plainText(attemptText(m_story, attempt, m_theming.palette())));
    }
    setAccessibleDescription(lines.join(u"; "_s));
    update();
}

qsizetype RunAttempts::first() const
{
    return qMax<qsizetype>(0, m_story.attempts().size() - kMost);
}

double RunAttempts::top(qsizetype index) const
{
    return m_theming.px(kCaption) + double(index - first()) * m_theming.px(kLane + kBetween);
}

QSize RunAttempts::sizeHint() const
{
    const qsizetype lanes = m_story.attempts().size() - first();
    double height =
        kCaption + double(lanes) * kLane + double(qMax<qsizetype>(0, lanes - 1)) * kBetween;
    if (m_story.isBroken())
        height += kBetween;
    return {m_theming.px(600), m_theming.px(height) + 2};
}

QSize RunAttempts::minimumSizeHint() const
{
    return {m_theming.px(240), sizeHint().height()};
}

void RunAttempts::mousePressEvent(QMouseEvent *event)
{
    for (qsizetype i = first(); i < m_story.attempts().size(); ++i) {
        const double y = event->position().y();
        if (y >= top(i) && y < top(i) + m_theming.px(kLane))
            Q_EMIT seqSelected(m_story.attempts()[i].startedSeq);
    }
}

void RunAttempts::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Look look = m_theming.look();
    const double baseline = look.px(kCaption - 9);
    paintRuns(painter, {0, baseline}, {{tr("Attempts"), FontRole::Caption, look.palette.muted}},
              look);
    if (first() > 0) {
        const QList<TextRun> earlier{{tr("%1 earlier ones are in the log").arg(first()),
                                      FontRole::Secondary, look.palette.muted}};
        paintRuns(painter, {width() - widthOf(earlier, look), baseline}, earlier, look);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    for (qsizetype i = first(); i < m_story.attempts().size(); ++i) {
        paintLane(painter, i);
        if (i > first())
            paintBreak(painter, i);
    }
    if (m_story.isBroken() && !m_story.attempts().isEmpty())
        paintOpenBreak(painter);
}

void RunAttempts::paintLane(QPainter &painter, qsizetype index) const
{
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const AttemptStory &attempt = m_story.attempts()[index];
    const double y = top(index);
    const double height = look.px(kLane);
    painter.setPen(Qt::NoPen);
    painter.setBrush(p.attempt(attempt.number));
    painter.drawRoundedRect(QRectF(0, y + height / 2 - look.px(17), look.px(3), look.px(34)),
                            look.px(1.5), look.px(1.5));
    paintRuns(painter, {look.px(12), y + height / 2 - look.px(3)},
              {{tr("Attempt %1").arg(attempt.number), FontRole::SecondaryStrong, p.text}}, look,
              look.px(kGutter - 14));
    paintRuns(painter, {look.px(12), y + height / 2 + look.px(13)},
              {{attemptReason(attempt), FontRole::Small, p.muted}}, look, look.px(kGutter - 14));

    const QRectF lane(look.px(kGutter), y, width() - look.px(kGutter), height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(p.raised, p.panel, 0.55));
    painter.drawRoundedRect(lane, look.px(4), look.px(4));

    const bool last = index == m_story.attempts().size() - 1;
    const bool open = last && !m_story.end() && attempt.end == AttemptEnd::Open;
    const bool alive = open && !m_story.isBroken();
    const Timestamp until = alive ? m_moment.now : attempt.lastEventAt;
    const auto lasted = std::max(std::chrono::milliseconds(0), until - attempt.startedAt);
    const QList<QList<TextRun>> times{
        {{tr("%1 to %2")
              .arg(timeOfDay(attempt.startedAt),
                   alive ? tr("now") : timeOfDay(attempt.lastEventAt)),
          FontRole::Secondary, p.muted},
         {u"   "_s + (alive ? shortSeconds(lasted) : durationText(lasted)),
          FontRole::SecondaryStrong, p.text}},
        {{timeOfDay(attempt.startedAt), FontRole::Secondary, p.muted},
         {u"   "_s + (alive ? shortSeconds(lasted) : durationText(lasted)),
          FontRole::SecondaryStrong, p.text}},
        {{alive ? shortSeconds(lasted) : durationText(lasted), FontRole::SecondaryStrong, p.text}}};
    const double inset = look.px(12);
    const QList<TextRun> words = attemptText(m_story, attempt, p);
    const double wanted = widthOf(words, look);
    const QList<TextRun> time =
        fitting(times, std::max(look.px(70), lane.width() - 3 * inset - wanted), look);
    const double timeWidth = widthOf(time, look);
    const double baseline = y + height / 2 + look.px(4.5);
    paintRuns(painter, {lane.left() + inset, baseline}, words, look,
              lane.width() - 3 * inset - timeWidth);
    paintRuns(painter, {lane.right() - inset - timeWidth, baseline}, time, look);
}

void RunAttempts::paintBreak(QPainter &painter, qsizetype index) const
{
    if (index - 1 >= m_story.breaks().size())
        return;
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const Break &gap = m_story.breaks()[index - 1];
    const double y = top(index) - look.px(kBetween) / 2;
    const bool mended = gap.reason == "recovery"_ba && gap.wentOnAt;
    const QByteArray seed = m_story.task().id.bytes() + ":a" + QByteArray::number(gap.attempt);
    if (mended)
        paintTableSeam(painter, seed, 0, width(), y, p);
    else
        painter.fillRect(QRectF(0, std::round(y), width(), 1), p.lineSoft);

    const QString dead = gap.reason == "recovery"_ba
        ? tr("%1 dead · nobody drove it").arg(durationText(gap.dead()))
        : tr("%1 in between").arg(durationText(gap.dead()));
    const QList<TextRun> words{{dead, FontRole::Caption, mended ? p.goldText : p.muted}};
    const double wide = widthOf(words, look) + look.px(24);
    QRectF pill(0, 0, wide, look.px(20));
    pill.moveCenter({look.px(kGutter) + (width() - look.px(kGutter)) / 2, y});
    painter.setPen(QPen(mended ? p.seam : p.line, 1));
    painter.setBrush(p.panel);
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), look.px(9.5), look.px(9.5));
    paintRuns(painter, {pill.left() + look.px(12), pill.center().y() + look.px(4)}, words, look);
}

void RunAttempts::paintOpenBreak(QPainter &painter) const
{
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const AttemptStory &attempt = m_story.attempts().last();
    const double y = top(m_story.attempts().size() - 1) + look.px(kLane) + look.px(kBetween) / 2;
    const QByteArray seed = m_story.task().id.bytes() + ":a" + QByteArray::number(attempt.number);
    QPolygonF path = crack(seed, y, 0, width(), look.px(2.6), look.px(26));
    for (QPointF &point : path)
        point = point.transposed();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(p.crack, look.px(1.5), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPolyline(path);

    const auto dead = std::max(std::chrono::milliseconds(0), m_moment.now - attempt.lastEventAt);
    const QList<TextRun> words{
        {tr("%1 since its last event · nobody drives it").arg(shortSeconds(dead)),
         FontRole::Caption, p.crack}};
    // Wide enough for a minute, so that it stands still while it counts.
    const double wide =
        std::max(widthOf(words, look),
                 widthOf({{tr("%1 since its last event · nobody drives it")
                               .arg(shortSeconds(std::chrono::milliseconds(58'800))),
                           FontRole::Caption, p.crack}},
                         look))
        + look.px(24);
    QRectF pill(0, 0, wide, look.px(20));
    pill.moveCenter({look.px(kGutter) + (width() - look.px(kGutter)) / 2, y});
    painter.setPen(QPen(p.crack, 1));
    painter.setBrush(p.panel);
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), look.px(9.5), look.px(9.5));
    paintRuns(painter,
              {pill.center().x() - widthOf(words, look) / 2, pill.center().y() + look.px(4)}, words,
              look);
}

} // namespace Kintsugi
