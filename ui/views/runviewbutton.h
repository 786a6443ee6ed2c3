// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractButton>

namespace Kintsugi {

/*! A button that paints itself; it shows a focus ring only to those who came by the keyboard. */
class PaintedButton : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PaintedButton)

public:
    explicit PaintedButton(QWidget *parent);

protected:
    [[nodiscard]] bool hasRing() const { return m_ring && hasFocus(); }
    void focusInEvent(QFocusEvent *event) override;

private:
    bool m_ring = false;
};

} // namespace Kintsugi
