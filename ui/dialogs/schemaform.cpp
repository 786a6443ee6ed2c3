// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/dialogs/schemaform.h"

#include "engine/model/jsonwriter.h"
#include "ui/panels/label.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QSpinBox>

#include <algorithm>
#include <limits>

namespace Kintsugi {

using namespace Qt::StringLiterals;

SchemaForm::SchemaForm(Theming &theming, const QJsonObject &schema, QWidget *parent)
    : QWidget(parent)
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(4);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        // A run of its own is asked for in plainer words below the form.
        if (it.key() == "runId"_L1)
            continue;
        const QJsonObject member = it->toObject();
        const QString type = member.value("type"_L1).toString();
        Field field;
        field.name = it.key();
        QWidget *editor = member.contains("enum"_L1) ? addChoice(field, member)
            : type == "integer"_L1                   ? addInteger(field, member)
            : type == "number"_L1                    ? addNumber(field, member)
            : type == "boolean"_L1                   ? addSwitch(field)
            : type == "string"_L1                    ? addText(field, member)
                                                     : addJson(field, member);
        const QString title = member.value("title"_L1).toString(field.name);
        editor->setObjectName(field.name);
        editor->setAccessibleName(title);
        editor->setMinimumHeight(theming.px(30));
        form->addRow(new Label(theming, FontRole::Body, Label::Ink::Text, title, this), editor);
        const QString help = member.value("description"_L1).toString();
        if (!help.isEmpty()) {
            editor->setAccessibleDescription(help);
            auto *words = new Label(theming, FontRole::Small, Label::Ink::Muted, help, this);
            words->setWordWrap(true);
            form->addRow(nullptr, words);
        }
        if (const QJsonValue blank = member.value("default"_L1); !blank.isUndefined())
            field.write(blank);
        m_fields.append(std::move(field));
    }
}

SchemaForm::~SchemaForm() = default;

QWidget *SchemaForm::addInteger(Field &field, const QJsonObject &schema)
{
    auto *box = new QSpinBox(this);
    const auto bound = [&schema](QLatin1StringView name, int otherwise) {
        const qint64 value = schema.value(name).toInteger(otherwise);
        return int(std::clamp<qint64>(value, std::numeric_limits<int>::min(),
                                      std::numeric_limits<int>::max()));
    };
    box->setRange(bound("minimum"_L1, std::numeric_limits<int>::min()),
                  bound("maximum"_L1, std::numeric_limits<int>::max()));
    box->setGroupSeparatorShown(true);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    if (const QString unit = schema.value("x-unit"_L1).toString(); !unit.isEmpty())
        box->setSuffix(QString(u' ' + unit));
    box->setToolTip(tr("%L1 to %L2").arg(box->minimum()).arg(box->maximum()));
    field.read = [box] { return QJsonValue(box->value()); };
    field.write = [box](const QJsonValue &value) { box->setValue(value.toInt()); };
    connect(box, &QSpinBox::valueChanged, this, &SchemaForm::changed);
    return box;
}

QWidget *SchemaForm::addNumber(Field &field, const QJsonObject &schema)
{
    auto *box = new QDoubleSpinBox(this);
    box->setDecimals(3);
    box->setRange(schema.value("minimum"_L1).toDouble(-1e12),
                  schema.value("maximum"_L1).toDouble(1e12));
    if (const QString unit = schema.value("x-unit"_L1).toString(); !unit.isEmpty())
        box->setSuffix(QString(u' ' + unit));
    field.read = [box] { return QJsonValue(box->value()); };
    field.write = [box](const QJsonValue &value) { box->setValue(value.toDouble()); };
    connect(box, &QDoubleSpinBox::valueChanged, this, &SchemaForm::changed);
    return box;
}

QWidget *SchemaForm::addChoice(Field &field, const QJsonObject &schema)
{
    auto *box = new QComboBox(this);
    for (const QJsonValue &choice : schema.value("enum"_L1).toArray())
        box->addItem(choice.toString());
    field.read = [box] { return QJsonValue(box->currentText()); };
    field.write = [box](const QJsonValue &value) { box->setCurrentText(value.toString()); };
    connect(box, &QComboBox::currentIndexChanged, this, &SchemaForm::changed);
    return box;
}

QWidget *SchemaForm::addSwitch(Field &field)
{
    auto *box = new QCheckBox(this);
    field.read = [box] { return QJsonValue(box->isChecked()); };
    field.write = [box](const QJsonValue &value) { box->setChecked(value.toBool()); };
    connect(box, &QCheckBox::toggled, this, &SchemaForm::changed);
    return box;
}

QWidget *SchemaForm::addText(Field &field, const QJsonObject &schema)
{
    auto *line = new QLineEdit(this);
    if (const int length = schema.value("maxLength"_L1).toInt(); length > 0)
        line->setMaxLength(length);
    const bool optional = !schema.contains("default"_L1);
    field.read = [line, optional] {
        return optional && line->text().isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                                  : QJsonValue(line->text());
    };
    field.write = [line](const QJsonValue &value) { line->setText(value.toString()); };
    connect(line, &QLineEdit::textChanged, this, &SchemaForm::changed);
    return line;
}

QWidget *SchemaForm::addJson(Field &field, const QJsonObject &schema)
{
    auto *line = new QLineEdit(this);
    const bool array = schema.value("type"_L1) == "array"_L1;
    line->setPlaceholderText(array ? u"[]"_s : u"{}"_s);
    const auto parse = [line, array] {
        const QString text = line->text().trimmed();
        return QJsonDocument::fromJson(text.isEmpty() ? (array ? "[]"_ba : "{}"_ba)
                                                      : text.toUtf8());
    };
    field.read = [parse, array] {
        const QJsonDocument document = parse();
        return array ? QJsonValue(document.array()) : QJsonValue(document.object());
    };
    field.write = [line](const QJsonValue &value) {
        line->setText(QString::fromUtf8(toCompactJson(value)));
    };
    field.problem = [parse, array, name = field.name] {
        const QJsonDocument document = parse();
        const bool fits = array ? document.isArray() : document.isObject();
        return fits ? QString() : tr("%1 is not JSON of the right kind").arg(name);
    };
    connect(line, &QLineEdit::textChanged, this, &SchemaForm::changed);
    return line;
}

QJsonObject SchemaForm::value() const
{
    QJsonObject value;
    for (const Field &field : m_fields) {
        if (const QJsonValue member = field.read(); !member.isUndefined())
            value.insert(field.name, member);
    }
    return value;
}

void SchemaForm::setValue(const QJsonObject &value)
{
    for (const Field &field : m_fields) {
        if (value.contains(field.name))
            field.write(value.value(field.name));
    }
}

QString SchemaForm::problem() const
{
    for (const Field &field : m_fields) {
        if (field.problem) {
            if (const QString problem = field.problem(); !problem.isEmpty())
                return problem;
        }
    }
    return {};
}

} // namespace Kintsugi
