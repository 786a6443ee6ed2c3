// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"

#include <QObject>

namespace Kintsugi {

class Registry;

struct ShowcaseInput
{
    Q_GADGET
    Q_PROPERTY(QString effects MEMBER effects)
    Q_CLASSINFO("effects.help", "A file that gets a line for each body that runs.")

public:
    QString effects;
};

struct ShowcaseNote
{
    Q_GADGET
    Q_CLASSINFO("event", "note")
    Q_PROPERTY(QString what MEMBER what)

public:
    QString what;
};

struct ShowcaseRecovered
{
    Q_GADGET
    Q_CLASSINFO("event", "recovered")
    Q_PROPERTY(QStringList steps MEMBER steps)

public:
    QStringList steps;
};

struct ShowcaseResult
{
    Q_GADGET
    Q_PROPERTY(int sum MEMBER sum)
    Q_PROPERTY(int rows MEMBER rows)
    Q_PROPERTY(bool agrees MEMBER agrees)
    Q_PROPERTY(QString signal MEMBER signal)

public:
    int sum = 0;
    int rows = 0; //!< That its transaction has written.
    bool agrees = false; //!< What was memoised was the same whenever it was asked for.
    QString signal; //!< The payload that came, and "late" for the one that did not.
};

/*! Asks for everything that a Context has, once: for breaking it at each place. It wants a signal
 *  "go" with a text. */
inline constexpr TaskDefinition<ShowcaseInput, ShowcaseResult, ShowcaseNote, ShowcaseRecovered>
    kShowcase{.name = "showcase", .version = 1, .title = "Showcase"};

/*! The showcase and the definitions that come with Kintsugi. */
[[nodiscard]] Registry showcaseTasks();

/*! Appends \a line to \a file, whole or not at all. */
void noteEffect(const QString &file, const QString &line);

} // namespace Kintsugi
