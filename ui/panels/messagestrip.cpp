// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/messagestrip.h"

#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

MessageStrip::MessageStrip(Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_icon(new QLabel(this))
    , m_text(new Label(theming, FontRole::Secondary, Label::Ink::Text, {}, this))
    , m_close(new QToolButton(this))
{
    setObjectName(u"messageStrip"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Close the message"));
    m_close->setToolTip(m_close->accessibleName());
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(20, 3, 12, 3);
    row->setSpacing(10);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    m_timer.setSingleShot(true);
    m_timer.setInterval(12s);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(&theming, &Theming::changed, this, &MessageStrip::restyle);
    restyle();
    hide();
}

MessageStrip::~MessageStrip() = default;

void MessageStrip::say(MessageKind kind, const QString &text)
{
    m_kind = kind;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    if (kind == MessageKind::Info)
        m_timer.start();
    else
        m_timer.stop();
    restyle();
    setVisible(true);
}

void MessageStrip::leave()
{
    if (m_kind == MessageKind::Info)
        hide();
}

QString MessageStrip::text() const
{
    return m_text->text();
}

void MessageStrip::restyle()
{
    const Palette &colors = m_theming.palette();
    const QColor ink = m_kind == MessageKind::Error ? colors.failed
        : m_kind == MessageKind::Warning            ? colors.stale
                                                    : colors.running;
    m_icon->setPixmap(Icons::pixmap(m_kind == MessageKind::Info ? u"right"_s : u"warning"_s,
                                    m_theming.px(16), ink, devicePixelRatioF()));
    m_close->setIcon(Icons::icon(u"cross"_s, colors, colors.muted));
    update();
}

void MessageStrip::paintEvent(QPaintEvent *)
{
    const Palette &colors = m_theming.palette();
    QPainter painter(this);
    painter.fillRect(rect(), m_kind == MessageKind::Info ? colors.blueFill : colors.amberFill);
    painter.fillRect(QRect(0, height() - 1, width(), 1),
                     m_kind == MessageKind::Info ? colors.blueLine : colors.amberLine);
}

} // namespace Kintsugi
