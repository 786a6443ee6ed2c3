// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/facts.h"

#include "ui/panels/label.h"
#include "ui/theme/theme.h"

#include <QGridLayout>

namespace Kintsugi {

Facts::Facts(Theming &theming, const QString &heading, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(14, 7, 14, 3);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnStretch(1, 1);
    m_grid->addWidget(new Label(theming, FontRole::Caption, Label::Ink::Muted, heading, this), 0, 0,
                      1, 2);
    connect(&theming, &Theming::changed, this, &Facts::recolor);
}

Facts::~Facts() = default;

void Facts::setFacts(const QList<Fact> &facts)
{
    const bool same = facts.size() == m_lines.size()
        && std::equal(facts.begin(), facts.end(), m_lines.begin(),
                      [](const Fact &fact, const Line &line) {
                          return fact.name == line.fact.name && fact.mono == line.fact.mono;
                      });
    if (!same) {
        for (const Line &line : std::as_const(m_lines)) {
            delete line.name;
            delete line.value;
        }
        m_lines.clear();
        for (const Fact &fact : facts) {
            const int row = int(m_lines.size()) + 1;
            auto *name =
                new Label(m_theming, FontRole::Secondary, Label::Ink::Muted, fact.name, this);
            auto *value = new Label(m_theming, fact.mono ? FontRole::Mono : FontRole::Secondary,
                                    Label::Ink::Text, {}, this);
            value->setElided(fact.mono ? Qt::ElideMiddle : Qt::ElideRight);
            value->setTextInteractionFlags(Qt::TextSelectableByMouse);
            m_grid->addWidget(name, row, 0);
            m_grid->addWidget(value, row, 1);
            m_lines.append({name, value, fact});
        }
        m_grid->setColumnMinimumWidth(0, m_theming.px(76));
    }
    for (int i = 0; i < facts.size(); ++i) {
        m_lines[i].fact = facts[i];
        m_lines[i].value->setFullText(facts[i].value);
    }
    recolor();
}

void Facts::recolor()
{
    for (const Line &line : std::as_const(m_lines)) {
        QPalette colors;
        if (line.fact.gold)
            colors.setColor(QPalette::WindowText, m_theming.palette().goldText);
        line.value->setPalette(colors);
    }
}

} // namespace Kintsugi
