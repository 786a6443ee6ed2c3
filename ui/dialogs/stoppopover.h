// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFrame>

class QLineEdit;

namespace Kintsugi {

class Label;
class Theming;

/*! A small box under the Stop button that takes the reason; Enter stops, Escape leaves.
 *  Thread: main. */
class StopPopover final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StopPopover)

public:
    explicit StopPopover(Theming &theming, QWidget *parent = nullptr);
    ~StopPopover() override;

    void openAt(const QPoint &globalTopLeft, const QString &taskName);

Q_SIGNALS:
    void stopRequested(const QString &reason);

private:
    void confirm();

    Label *m_question;
    QLineEdit *m_reason;
};

} // namespace Kintsugi
