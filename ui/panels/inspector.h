// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"
#include "ui/models/jsonmodel.h"
#include "ui/painting/glyphs.h"

#include <QWidget>

#include <optional>
#include <variant>

class QScrollArea;
class QTabBar;
class QToolButton;
class QTreeView;

namespace Kintsugi {

class Facts;
class Label;
class Theming;

/*! What is chosen, in full: an event, a step, or the task itself; and who drives the task.
 *  Thread: main. */
class Inspector final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Inspector)

public:
    explicit Inspector(Theming &theming, QWidget *parent = nullptr);
    ~Inspector() override;

    void showTask(const Task &task); //!< The task's newer row; keeps what is chosen in it.
    void showEntry(const Event &event);
    void showStep(const StepRecord &step);
    void showTaskItself();
    void clear();

    [[nodiscard]] QTreeView *tree() const { return m_tree; }

private:
    void build();
    struct Tab
    {
        QString title;
        QList<JsonMember> members;
    };
    void present(const QString &subject, StateGlyph glyph, bool hasGlyph, const QString &title,
                 const QString &time, const QString &sentence, const QList<Tab> &tabs);
    void showTab(int index);
    void showFacts();
    void copyAll();
    void copyValue();
    void restyle();

    Theming &m_theming;
    std::optional<Task> m_task;
    std::variant<std::monostate, Event, StepRecord> m_chosen;
    StateGlyph m_glyph = StateGlyph::Pending;
    bool m_hasGlyph = false;
    QList<Tab> m_pages;
    Label *m_subject;
    QToolButton *m_copy;
    QLabel *m_sign;
    Label *m_title;
    Label *m_time;
    Label *m_sentence;
    QTabBar *m_tabs;
    QTreeView *m_tree;
    JsonModel m_model;
    Facts *m_provenance;
    Facts *m_owner;
    Facts *m_facts;
    QScrollArea *m_scroll;
    QWidget *m_body;
    Label *m_nothing;
};

} // namespace Kintsugi
