// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runtimeline.h"

#include "ui/panels/flatbutton.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr double kZoomStep = 1.6;
constexpr std::array<QStringView, 3> kZoomIcons = {u"zoomout", u"zoomin", u"fit"};

} // namespace

RunTimeline::RunTimeline(Theming &theming, const Clock &clock, const TimeLog &log, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_canvas(new TimelineCanvas(theming, clock, log, this))
    , m_follow(
          new FlatButton(theming, FlatButton::Kind::Switch, u"follow"_s, tr("Follow now"), this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto *caption = new Label(theming, FontRole::Caption, Label::Ink::Muted, tr("Timeline"), this);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    head->addWidget(caption);
    head->addStretch(1);
    head->addWidget(m_follow);
    m_follow->setObjectName(u"follow"_s);
    m_follow->setCheckable(true);
    m_follow->setToolTip(tr("Keeps now in sight while the run goes on (End)"));
    const std::array<QString, 3> names{tr("Zoom out"), tr("Zoom in"), tr("Show the whole run")};
    const std::array<QString, 3> keys{u"-"_s, u"+"_s, tr("Home", "the key")};
    for (size_t i = 0; i < names.size(); ++i) {
        auto *button = new QToolButton(this);
        button->setAutoRaise(true);
        button->setAccessibleName(names[i]);
        button->setToolTip(u"%1 (%2)"_s.arg(names[i], keys[i]));
        m_zooms << button;
        head->addWidget(button);
    }
    connect(m_zooms[0], &QToolButton::clicked, m_canvas, [this] { m_canvas->zoom(kZoomStep); });
    connect(m_zooms[1], &QToolButton::clicked, m_canvas, [this] { m_canvas->zoom(1 / kZoomStep); });
    connect(m_zooms[2], &QToolButton::clicked, m_canvas, &TimelineCanvas::showWhole);
    connect(m_follow, &FlatButton::clicked, m_canvas, &TimelineCanvas::follow);
    connect(m_canvas, &TimelineCanvas::followChanged, this, &RunTimeline::showFollowing);
    connect(&theming, &Theming::changed, this, &RunTimeline::applyTheme);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addLayout(head);
    rows->addWidget(m_canvas);
    applyTheme();
    showFollowing();
}

RunTimeline::~RunTimeline() = default;

void RunTimeline::applyTheme()
{
    for (qsizetype i = 0; i < m_zooms.size(); ++i) {
        m_zooms[i]->setIcon(Icons::icon(kZoomIcons[size_t(i)], m_theming.palette()));
        m_zooms[i]->setIconSize({m_theming.px(16), m_theming.px(16)});
    }
    m_canvas->updateGeometry();
}

void RunTimeline::showFollowing()
{
    m_follow->setChecked(m_canvas->isFollowing());
    m_follow->setVisible(m_canvas->isLive());
}

void RunTimeline::show(const RunStory &story, const Moment &moment)
{
    m_canvas->show(story, moment);
    showFollowing();
}

} // namespace Kintsugi
