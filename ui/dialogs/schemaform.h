// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QWidget>

#include <functional>

class QFormLayout;

namespace Kintsugi {

class Theming;

/*! Fields for the members of a JSON Schema: spin boxes with its ranges and units, choices for an
 *  enum, its help below. Thread: main. */
class SchemaForm final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SchemaForm)

public:
    SchemaForm(Theming &theming, const QJsonObject &schema, QWidget *parent = nullptr);
    ~SchemaForm() override;

    [[nodiscard]] QJsonObject value() const;
    void setValue(const QJsonObject &value); //!< Members it does not name keep their defaults.
    /*! What is wrong before anybody was asked: a field that holds no JSON. Empty when all is well.
     */
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

private:
    struct Field
    {
        QString name;
        std::function<QJsonValue()> read; //!< Undefined for "leave it out".
        std::function<void(const QJsonValue &)> write;
        std::function<QString()> problem;
    };
    QWidget *addInteger(Field &field, const QJsonObject &schema);
    QWidget *addNumber(Field &field, const QJsonObject &schema);
    QWidget *addChoice(Field &field, const QJsonObject &schema);
    QWidget *addSwitch(Field &field);
    QWidget *addText(Field &field, const QJsonObject &schema);
    QWidget *addJson(Field &field, const QJsonObject &schema);

    QList<Field> m_fields;
};

} // namespace Kintsugi
