// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/jsonmodel.h"

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

using namespace Qt::StringLiterals;

JsonModel::JsonModel(QObject *parent)
    : QAbstractItemModel(parent)
{}

JsonModel::~JsonModel() = default;

void JsonModel::grow(Node &parent, const QString &name, const QJsonValue &value)
{
    auto node = std::make_unique<Node>();
    node->name = name;
    node->value = value;
    node->parent = &parent;
    node->row = int(parent.children.size());
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            grow(*node, it.key(), *it);
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            grow(*node, QString::number(i), array.at(i));
    }
    parent.children.push_back(std::move(node));
}

void JsonModel::setMembers(const QList<JsonMember> &members)
{
    beginResetModel();
    m_root.children.clear();
    for (const JsonMember &member : members)
        grow(m_root, member.name, member.value);
    endResetModel();
}

void JsonModel::setJson(const QByteArray &json)
{
    QList<JsonMember> members;
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (document.isObject()) {
        const QJsonObject object = document.object();
        for (auto it = object.begin(); it != object.end(); ++it)
            members.append({it.key(), *it});
    } else if (!json.isEmpty()) {
        // A document is an object or an array; other values are read inside one.
        const QJsonArray wrapped = QJsonDocument::fromJson('[' + json + ']').array();
        members.append({tr("value"), wrapped.isEmpty() ? QJsonValue() : wrapped.first()});
    }
    setMembers(members);
}

QByteArray JsonModel::toJson() const
{
    QByteArray out = "{"_ba;
    const char *comma = "";
    for (const auto &node : m_root.children) {
        out += comma + "\n    "_ba + jsonString(node->name) + ": " + toCompactJson(node->value);
        comma = ",";
    }
    return out + (m_root.children.empty() ? "}" : "\n}");
}

const JsonModel::Node &JsonModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? *static_cast<const Node *>(index.constInternalPointer()) : m_root;
}

QModelIndex JsonModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node &node = nodeAt(parent);
    if (column != 0 || row < 0 || row >= int(node.children.size()))
        return {};
    return createIndex(row, column, node.children[size_t(row)].get());
}

QModelIndex JsonModel::parent(const QModelIndex &child) const
{
    if (!child.isValid())
        return {};
    Node *above = nodeAt(child).parent;
    return above == &m_root ? QModelIndex() : createIndex(above->row, 0, above);
}

int JsonModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeAt(parent).children.size());
}

int JsonModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QString JsonModel::shown(const Node &node)
{
    if (node.value.isObject())
        return u"{ %1 }"_s.arg(node.children.size());
    if (node.value.isArray())
        return u"[ %1 ]"_s.arg(node.children.size());
    return QString::fromUtf8(toCompactJson(node.value));
}

QVariant JsonModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node &node = nodeAt(index);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return QString(node.name + u": " + shown(node));
    case NameRole:
        return node.name;
    case TextRole:
        return shown(node);
    case ValueRole:
        return QString::fromUtf8(toCompactJson(node.value));
    case KindRole:
        return int(node.value.type());
    case GoldRole:
        return node.name == "fromCache"_L1 && node.value.toBool();
    default:
        return {};
    }
}

} // namespace Kintsugi
