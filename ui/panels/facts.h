// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QGridLayout;

namespace Kintsugi {

class Label;
class Theming;

/*! A heading over lines of "name  value". Thread: main. */
class Facts final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Facts)

public:
    struct Fact
    {
        QString name;
        QString value;
        bool mono = false; //!< Ids, keys and other words of machines.
        bool gold = false; //!< What was mended or saved.
    };

    Facts(Theming &theming, const QString &heading, QWidget *parent = nullptr);
    ~Facts() override;

    /*! Changes the values in place where the names stay the same. */
    void setFacts(const QList<Fact> &facts);

private:
    void recolor();

    struct Line
    {
        Label *name;
        Label *value;
        Fact fact;
    };
    Theming &m_theming;
    QGridLayout *m_grid;
    QList<Line> m_lines;
};

} // namespace Kintsugi
