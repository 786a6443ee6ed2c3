// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractButton>

class QAction;
class QMenu;

namespace Kintsugi {

class Theming;

/*! A button that paints itself: the one filled button of the toolbar with its menu, or a switch
 *  that shows clearly whether it is on. Thread: main. */
class FlatButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlatButton)

public:
    enum class Kind {
        Filled, //!< The primary action; a chevron when it has a menu.
        Switch, //!< Checkable.
        Link, //!< Small words in a line of others, underlined under the mouse.
        Plain, //!< Acts at once; without a text the icon alone.
    };

    FlatButton(Theming &theming, Kind kind, const QString &iconName, const QString &text,
               QWidget *parent = nullptr);
    ~FlatButton() override;

    /*! A plain one that does what \a action does, while it can; without \a text the icon alone. */
    [[nodiscard]] static FlatButton *of(Theming &theming, QAction *action, const QString &iconName,
                                        bool text, QWidget *parent);

    void setMenu(QMenu *menu); //!< Opens below the button when it is pressed; not owned.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void openMenu();
    void paintLink();

    Theming &m_theming;
    Kind m_kind;
    QString m_iconName;
    QMenu *m_menu = nullptr;
};

} // namespace Kintsugi
