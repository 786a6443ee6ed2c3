// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFrame>

class QLineEdit;

namespace Kintsugi {

class Label;
class Theming;

/*! A small box under a button that asks once, and takes a reason when there is one to give; Enter
 *  does it, Escape leaves. Thread: main. */
class AskPopover final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AskPopover)

public:
    struct Words
    {
        QString name; //!< Of the objects, for tests: "stop" gives stopPopover, stopReason…
        QString title; //!< For a screen reader.
        QString confirm;
        QString reason; //!< What its field says while it is empty; none without it.
    };

    AskPopover(Theming &theming, const Words &words, QWidget *parent = nullptr);
    ~AskPopover() override;

    /*! \a detail: what will be lost, or nothing. */
    void openAt(const QPoint &globalTopLeft, const QString &question, const QString &detail = {});

Q_SIGNALS:
    void confirmed(const QString &reason);

private:
    void confirm();

    Label *m_question;
    Label *m_detail;
    QLineEdit *m_reason = nullptr;
    QWidget *m_button;
};

} // namespace Kintsugi
