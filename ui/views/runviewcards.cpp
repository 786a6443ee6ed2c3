// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewtexts.h"

#include <QCoreApplication>
#include <QLocale>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::RunView)
};

using Runs = QList<TextRun>;

class CardWriter
{
public:
    CardWriter(const RunStory &story, const StageStory &stage, const Moment &moment,
               const Palette &palette)
        : m_story(story)
        , m_stage(stage)
        , m_moment(moment)
        , m_palette(palette)
    {}

    [[nodiscard]] StageCard card();

private:
    [[nodiscard]] TextRun muted(const QString &text) const
    {
        return {text, FontRole::Secondary, m_palette.muted};
    }
    [[nodiscard]] TextRun strong(const QString &text) const
    {
        return {text, FontRole::SecondaryStrong, m_palette.text};
    }
    [[nodiscard]] TextRun gold(const QString &text) const
    {
        return {text, FontRole::SecondaryStrong, m_palette.goldText};
    }
    [[nodiscard]] CardState state() const;
    [[nodiscard]] QString duration() const { return durationText(m_stage.duration); }
    [[nodiscard]] std::chrono::milliseconds atWork() const;
    void provenance(StageCard &card) const;
    void waiting(StageCard &card) const;
    void running(StageCard &card) const;
    void cutOff(StageCard &card) const;

    const RunStory &m_story;
    const StageStory &m_stage;
    const Moment &m_moment;
    const Palette &m_palette;
};

CardState CardWriter::state() const
{
    switch (m_stage.state) {
    case StageState::Waiting:
        return CardState::Waiting;
    case StageState::Running:
        return m_story.isBroken() ? CardState::Broken : CardState::Running;
    case StageState::Done:
        return CardState::Done;
    case StageState::Cached:
        return CardState::Cached;
    case StageState::Failed:
        return CardState::Failed;
    case StageState::Cancelled:
        return CardState::Stopped;
    }
    Q_UNREACHABLE();
}

std::chrono::milliseconds CardWriter::atWork() const
{
    if (!m_stage.startedAt)
        return 0ms;
    Timestamp until = m_moment.now;
    if (m_story.isBroken()) // As long as somebody is known to have been at it.
        until = m_story.task().lastHeartbeatAt.value_or(*m_stage.startedAt);
    return std::max(0ms, until - *m_stage.startedAt);
}

void CardWriter::provenance(StageCard &card) const
{
    const QString attempt = QString::number(m_stage.computedBy);
    if (m_stage.computedSeq > 0) {
        const QString seq = QLocale().toString(m_stage.computedSeq);
        card.first = {{muted(Texts::tr("computed by attempt %1, event %2").arg(attempt, seq))},
                      {muted(Texts::tr("by attempt %1, event %2").arg(attempt, seq))},
                      {muted(Texts::tr("attempt %1, event %2").arg(attempt, seq))}};
    } else {
        // The memo was committed, the crash came before its event.
        card.first = {{muted(Texts::tr("computed by attempt %1, then it broke").arg(attempt))},
                      {muted(Texts::tr("computed by attempt %1").arg(attempt))}};
    }
    if (m_stage.fromCache > 0) {
        card.second = {{strong(Texts::tr("%1 then, ").arg(duration())),
                        gold(Texts::tr("saved %1 now").arg(duration()))},
                       {gold(Texts::tr("saved %1 now").arg(duration()))},
                       {gold(Texts::tr("saved %1").arg(duration()))}};
    } else {
        card.second = {{strong(Texts::tr("took %1").arg(duration()))}};
    }
}

void CardWriter::waiting(StageCard &card) const
{
    card.pill = Texts::tr("waiting");
    if (m_stage.commits > 0) {
        card.first = {{muted(Texts::tr("committed: comes from the cache"))},
                      {muted(Texts::tr("committed"))}};
        return;
    }
    QString before;
    for (const StageStory &stage : m_story.stages()) {
        if (stage.index < m_stage.index)
            before = stage.name;
    }
    if (m_stage.bodyRuns > 0) {
        card.first = {{muted(Texts::tr("has not committed: runs again"))},
                      {muted(Texts::tr("runs again"))}};
    } else if (before.isEmpty()) {
        card.first = {{muted(Texts::tr("starts with the attempt"))}};
    } else {
        card.first = {{muted(Texts::tr("starts when %1 has").arg(before))}};
        card.second = {{muted(Texts::tr("committed its result"))}};
    }
}

void CardWriter::running(StageCard &card) const
{
    const bool again = m_stage.bodyRuns > 1;
    card.pill = again ? Texts::tr("running again") : Texts::tr("running");
    card.shortPill = again ? Texts::tr("again") : QString();
    if (again) {
        const QString times = m_stage.bodyRuns == 2
            ? Texts::tr("started twice")
            : Texts::tr("started %n times", nullptr, m_stage.bodyRuns);
        card.first = {{strong(Texts::tr("%1, finished %2").arg(times).arg(m_stage.commits))},
                      {strong(times)}};
    } else {
        card.first = {{muted(Texts::tr("its body runs in attempt %1").arg(m_stage.startedBy))},
                      {muted(Texts::tr("runs in attempt %1").arg(m_stage.startedBy))}};
    }
    const QString sofar = QLocale().toString(double(atWork().count()) / 1000, 'f', 2);
    if (m_story.stagePause() > 0ms) {
        const QString about =
            QLocale().toString(double(m_story.stagePause().count()) / 1000, 'g', 3);
        card.second = {{muted(Texts::tr("%1 of about %2 s").arg(sofar, about))}};
        card.progress = double(atWork().count()) / double(m_story.stagePause().count());
    } else {
        card.second = {{muted(Texts::tr("%1 s").arg(sofar))}};
    }
}

void CardWriter::cutOff(StageCard &card) const
{
    card.pill = Texts::tr("broken");
    card.first = {{strong(Texts::tr("broke while its body ran"))},
                  {strong(Texts::tr("broke in it"))}};
    card.second = {{muted(Texts::tr("has not committed: runs again"))},
                   {muted(Texts::tr("will run again"))}};
    card.progress = m_story.stagePause() > 0ms
        ? double(atWork().count()) / double(m_story.stagePause().count())
        : 0.5;
}

StageCard CardWriter::card()
{
    StageCard card;
    card.title = m_stage.name;
    card.state = state();
    card.seed = m_story.task().id.bytes() + ":b" + m_stage.name.toUtf8();
    card.ledger[0] = {
        m_stage.bodyRuns, m_stage.bodyRuns == 1 ? Texts::tr("body run") : Texts::tr("body runs"),
        Texts::tr("runs"),
        m_stage.bodyRuns > 1 ? LedgerEntry::Tone::Stressed : LedgerEntry::Tone::Plain};
    card.ledger[1] = {m_stage.commits,
                      m_stage.commits == 1 ? Texts::tr("commit") : Texts::tr("commits"),
                      Texts::tr("commits"), LedgerEntry::Tone::Plain};
    card.ledger[2] = {m_stage.fromCache, Texts::tr("from cache"), Texts::tr("cached"),
                      m_stage.fromCache > 0 ? LedgerEntry::Tone::Gold : LedgerEntry::Tone::Plain};
    switch (card.state) {
    case CardState::Waiting:
        waiting(card);
        break;
    case CardState::Running:
        running(card);
        break;
    case CardState::Broken:
        cutOff(card);
        break;
    case CardState::Done:
        card.pill = Texts::tr("done");
        provenance(card);
        break;
    case CardState::Cached:
        card.pill = Texts::tr("from cache");
        card.shortPill = Texts::tr("cached");
        provenance(card);
        break;
    case CardState::Failed: {
        card.pill = Texts::tr("failed");
        const auto &end = m_story.end();
        card.first = {{strong(end ? end->errorMessage.simplified() : QString())}};
        card.second = {{muted(Texts::tr("has not committed"))}};
        break;
    }
    case CardState::Stopped:
        card.pill = Texts::tr("stopped");
        card.first = {{muted(Texts::tr("stopped while its body ran"))},
                      {muted(Texts::tr("stopped in it"))}};
        card.second = {{muted(Texts::tr("has not committed"))}};
        break;
    }
    return card;
}

} // namespace

StageCard stageCard(const RunStory &story, const StageStory &stage, const Moment &moment,
                    const Palette &palette)
{
    return CardWriter(story, stage, moment, palette).card();
}

QString stageDescription(const StageCard &card)
{
    QStringList parts{card.pill};
    for (const auto &line : {card.first, card.second}) {
        if (!line.isEmpty())
            parts << plainText(line.first());
    }
    for (const LedgerEntry &entry : card.ledger)
        parts << QLocale().toString(entry.number) + u' ' + entry.label;
    return parts.join(u", "_s);
}

} // namespace Kintsugi
