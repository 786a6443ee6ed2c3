// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/inspector.h"

#include "ui/models/words.h"
#include "ui/panels/facts.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QScrollArea>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QJsonValue parsedValue(const QByteArray &json)
{
    // A document is an object or an array; other values are read inside one.
    const QJsonArray wrapped = QJsonDocument::fromJson('[' + json + ']').array();
    return wrapped.isEmpty() ? QJsonValue() : wrapped.first();
}

/*! The members of an object; any other value under \a name. */
QList<JsonMember> membersOf(const QByteArray &json, const QString &name)
{
    if (json.isEmpty())
        return {};
    const QJsonValue value = parsedValue(json);
    if (!value.isObject())
        return {{name, value}};
    QList<JsonMember> members;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        members.append({it.key(), *it});
    return members;
}

} // namespace

Inspector::Inspector(Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_subject(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
    , m_copy(new QToolButton(this))
    , m_sign(new QLabel(this))
    , m_title(new Label(theming, FontRole::CardTitle, Label::Ink::Text, {}, this))
    , m_time(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
    , m_sentence(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
    , m_tabs(new QTabBar(this))
    , m_tree(new QTreeView(this))
    , m_provenance(new Facts(theming, tr("Provenance"), this))
    , m_owner(new Facts(theming, tr("Owner"), this))
    , m_facts(new Facts(theming, tr("Task"), this))
    , m_scroll(new QScrollArea(this))
    , m_body(new QWidget(m_scroll))
    , m_nothing(new Label(theming, FontRole::Secondary, Label::Ink::Muted,
                          tr("Choose a task, an event or a step to see all of it."), this))
{
    build();
    clear();
}

Inspector::~Inspector() = default;

void Inspector::clear()
{
    m_task.reset();
    m_chosen = {};
    m_pages.clear();
    m_model.setMembers({});
    m_subject->setFullText({});
    m_scroll->hide();
    m_nothing->show();
    m_copy->setEnabled(false);
}

void Inspector::showTask(const Task &task)
{
    const bool other = !m_task || m_task->id != task.id;
    const bool differs = other || *m_task != task;
    m_task = task;
    if (other)
        m_chosen = {};
    if (differs && std::holds_alternative<std::monostate>(m_chosen))
        showTaskItself();
    showFacts();
}

void Inspector::showTaskItself()
{
    m_chosen = {};
    if (!m_task) {
        clear();
        return;
    }
    const Task &task = *m_task;
    QList<Tab> tabs{{tr("Input"), membersOf(task.input, tr("input"))}};
    if (!task.result.isEmpty())
        tabs.append({tr("Result"), membersOf(task.result, tr("result"))});
    if (!task.error.isEmpty())
        tabs.append({tr("Error"), membersOf(task.error, tr("error"))});
    QString sentence = task.summary;
    if (sentence.isEmpty() && !task.stopReason.isEmpty())
        sentence = tr("Stopped: %1").arg(task.stopReason);
    if (sentence.isEmpty())
        sentence = tr("%1, attempt %2, %n event(s).", nullptr, int(task.lastSeq))
                       .arg(Words::state(task))
                       .arg(task.attempt);
    present(tr("task"), stateGlyph(task), true, QString::fromUtf8(task.name),
            Words::clock(task.createdAt), sentence, tabs);
    showFacts();
}

void Inspector::showEntry(const Event &event)
{
    if (m_task && m_task->id != event.task)
        return;
    m_chosen = event;
    const QJsonValue payload = parsedValue(event.payload);
    const QList<JsonMember> members{
        {u"seq"_s, event.seq},
        {u"type"_s, QString::fromUtf8(event.type)},
        {u"taskId"_s, event.task.toString()},
        {u"attempt"_s, event.attempt},
        {u"at"_s, QString::fromLatin1(toIso8601(event.at))},
        {u"payload"_s, payload},
    };
    QList<Tab> tabs{{tr("Event"), members}};
    if (m_task)
        tabs.append({tr("Input"), membersOf(m_task->input, tr("input"))});
    const bool recovered = event.type == "recovered"_ba;
    const bool cached = !recovered && isFromCache(event);
    present(tr("event %1").arg(event.seq), recovered ? StateGlyph::Recovered : StateGlyph::Cached,
            recovered || cached,
            cached ? tr("%1, from cache").arg(payload.toObject().value("stage"_L1).toString())
                   : QString::fromUtf8(event.type),
            Words::clock(event.at), Words::event(event), tabs);
    showFacts();
}

void Inspector::showStep(const StepRecord &step)
{
    m_chosen = step;
    QList<Tab> tabs;
    if (!step.result.isEmpty())
        tabs.append({tr("Result"), membersOf(step.result, tr("result"))});
    if (!step.error.isEmpty())
        tabs.append({tr("Error"), membersOf(step.error, tr("error"))});
    tabs.append({tr("Memo"),
                 {{u"key"_s, QString::fromUtf8(step.key)},
                  {u"name"_s, step.name},
                  {u"occurrence"_s, step.occurrence},
                  {u"attempt"_s, step.attempt},
                  {u"startedAt"_s, QString::fromLatin1(toIso8601(step.startedAt))},
                  {u"durationMs"_s, qint64(step.duration.count())},
                  {u"cacheHits"_s, step.cacheHits}}});
    const bool cached = step.cacheHits > 0;
    present(
        tr("step %1").arg(step.name), StateGlyph::Cached, cached,
        cached ? tr("%1, from cache").arg(step.name) : step.name, Words::clock(step.startedAt),
        cached
            ? tr("Attempt %1 committed this result. It was read later; the body did not run "
                 "again.")
                  .arg(step.attempt)
            : tr("Attempt %1 committed this result; it is never computed again.").arg(step.attempt),
        tabs);
    showFacts();
}

void Inspector::present(const QString &subject, StateGlyph glyph, bool hasGlyph,
                        const QString &title, const QString &time, const QString &sentence,
                        const QList<Tab> &tabs)
{
    m_subject->setFullText(subject);
    m_glyph = glyph;
    m_hasGlyph = hasGlyph;
    m_title->setFullText(title);
    m_time->setText(time);
    m_sentence->setText(sentence);
    // The same kind of thing keeps its open tab; another kind starts with its own.
    const bool sameKind = !m_pages.isEmpty() && m_pages.first().title == tabs.first().title;
    const QString open = sameKind ? m_tabs->tabText(m_tabs->currentIndex()) : QString();
    m_pages = tabs;
    {
        const QSignalBlocker quiet(m_tabs);
        while (m_tabs->count() > tabs.size())
            m_tabs->removeTab(m_tabs->count() - 1);
        for (int i = 0; i < tabs.size(); ++i) {
            if (i < m_tabs->count())
                m_tabs->setTabText(i, tabs[i].title);
            else
                m_tabs->addTab(tabs[i].title);
        }
        int current = 0;
        for (int i = 0; i < tabs.size(); ++i) {
            if (tabs[i].title == open)
                current = i;
        }
        m_tabs->setCurrentIndex(current);
    }
    m_tabs->updateGeometry(); // Qt 6.4 leaves it out when a tab is added: the layout would cut it.
    showTab(m_tabs->currentIndex());
    m_copy->setEnabled(true);
    m_nothing->hide();
    m_scroll->show();
    restyle();
}

void Inspector::showTab(int index)
{
    if (index < 0 || index >= m_pages.size())
        return;
    m_model.setMembers(m_pages[index].members);
    m_tree->expandToDepth(1);
}

void Inspector::showFacts()
{
    m_owner->setVisible(m_task.has_value());
    m_facts->setVisible(m_task.has_value());
    const auto *step = std::get_if<StepRecord>(&m_chosen);
    m_provenance->setVisible(step != nullptr);
    if (step) {
        const auto saved = step->duration * step->cacheHits;
        m_provenance->setFacts(
            {{tr("Computed by"), tr("attempt %1").arg(step->attempt), false, false},
             {tr("Started"), Words::clock(step->startedAt), false, false},
             {tr("Took then"), Words::duration(step->duration), false, false},
             {tr("Served"),
              step->cacheHits > 0
                  ? tr("%n time(s), saved %1", nullptr, step->cacheHits).arg(Words::duration(saved))
                  : tr("not yet"),
              false, step->cacheHits > 0}});
    }
    if (!m_task)
        return;
    const Task &task = *m_task;
    QString lock;
    switch (task.owner) {
    case OwnerState::None:
        lock = tr("nobody drives it");
        break;
    case OwnerState::ThisProcess:
        lock = tr("this process, alive");
        break;
    case OwnerState::OtherProcess:
        lock = tr("another process, alive");
        break;
    case OwnerState::Silent:
        lock = tr("alive, but silent for too long");
        break;
    case OwnerState::Dead:
        lock = tr("dead, its lock is free");
        break;
    case OwnerState::Dropped:
        lock = tr("alive, but dropped it");
        break;
    }
    m_owner->setFacts(
        {{tr("Worker"), task.worker.isEmpty() ? tr("none yet") : task.worker, true, false},
         {tr("Process"), lock, false, false},
         {tr("Lease"), tr("epoch %1").arg(task.epoch), false, false},
         {tr("Recovers"), task.autoRecover ? tr("by itself") : tr("waits for Nudge"), false,
          false}});
    m_facts->setFacts(
        {{tr("Id"), task.id.toString(), true, false},
         {tr("Key"), task.key.toString(), true, false},
         {tr("Definition"),
          tr("%1, version %2").arg(QString::fromUtf8(task.name)).arg(task.definitionVersion), false,
          false}});
}

void Inspector::copyAll()
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(m_model.toJson()));
}

void Inspector::copyValue()
{
    const QModelIndex index = m_tree->currentIndex();
    if (index.isValid())
        QGuiApplication::clipboard()->setText(index.data(JsonModel::ValueRole).toString());
}

void Inspector::restyle()
{
    const Palette &colors = m_theming.palette();
    m_copy->setIcon(Icons::icon(u"copy"_s, colors));
    m_sign->setVisible(m_hasGlyph);
    if (!m_hasGlyph)
        return;
    const int side = m_theming.px(16);
    QPixmap sign(QSize(side, side) * devicePixelRatioF());
    sign.setDevicePixelRatio(devicePixelRatioF());
    sign.fill(Qt::transparent);
    QPainter painter(&sign);
    painter.setRenderHint(QPainter::Antialiasing);
    paintStateGlyph(painter, QRectF(0, 0, side, side), m_glyph, colors);
    m_sign->setPixmap(sign);
}

} // namespace Kintsugi
