// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QPushButton;

namespace Kintsugi {

class Label;
class SchemaForm;
class Theming;

/*! Asks for the input of a task by fields, and tells before the start which key that input has and
 *  whether a task has it already.
 *
 *  Thread: main. Opened with open(); nothing waits.
 */
class RunDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunDialog)

public:
    RunDialog(Theming &theming, EnginePort &port, const DefinitionInfo &definition,
              QWidget *parent = nullptr);
    ~RunDialog() override;

    void setInput(const QJsonObject &input);
    [[nodiscard]] SubmitRequest request() const;

Q_SIGNALS:
    void runRequested(const Kintsugi::SubmitRequest &request);

private:
    void changed();
    void preview();
    void showPreview(const Expected<StartPreview> &preview);
    void say(const QString &key, const QString &sentence, const QString &button, bool possible);

    EnginePort &m_port;
    DefinitionInfo m_definition;
    SchemaForm *m_form;
    QCheckBox *m_fresh;
    Label *m_key;
    Label *m_state;
    QPushButton *m_run;
    QTimer m_typing;
    int m_asked = 0; //!< The latest question; answers to older ones are dropped.
};

} // namespace Kintsugi
