// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/actionrules.h"

#include <QAction>
#include <QObject>

#include <array>

namespace Kintsugi {

class Theming;

/*! The one table of the window's actions: text, shortcut, icon, and when each is possible.
 *
 *  Thread: main. The menu, the toolbar and the context menu show the same QAction objects.
 */
class Actions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Actions)

public:
    Actions(Theming &theming, QObject *parent);
    ~Actions() override;

    [[nodiscard]] QAction *operator[](ActionId id) const;
    [[nodiscard]] static QList<ActionId> all();

    /*! Enables, hides and explains every action anew. */
    void refresh(const ActionFacts &facts);

Q_SIGNALS:
    void triggered(Kintsugi::ActionId id);

private:
    void recolor();

    Theming &m_theming;
    QHash<ActionId, QAction *> m_actions;
};

} // namespace Kintsugi
