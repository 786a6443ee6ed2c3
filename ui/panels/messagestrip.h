// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/workbench.h"

#include <QTimer>
#include <QWidget>

class QToolButton;

namespace Kintsugi {

class Label;
class Theming;

/*! One sentence at the place where it belongs, instead of a box in the way.
 *
 *  Thread: main. Information goes by itself after a while; a warning and an error stay until they
 *  are closed or another message comes.
 */
class MessageStrip final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MessageStrip)

public:
    explicit MessageStrip(Theming &theming, QWidget *parent = nullptr);
    ~MessageStrip() override;

    void say(MessageKind kind, const QString &text);
    void leave(); //!< Information about what was looked at before is of no use any more.
    [[nodiscard]] QString text() const;
    [[nodiscard]] MessageKind kind() const { return m_kind; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void restyle();

    Theming &m_theming;
    MessageKind m_kind = MessageKind::Info;
    QLabel *m_icon;
    Label *m_text;
    QToolButton *m_close;
    QTimer m_timer;
};

} // namespace Kintsugi
