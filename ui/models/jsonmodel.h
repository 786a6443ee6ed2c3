// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractItemModel>
#include <QJsonValue>

#include <memory>
#include <vector>

namespace Kintsugi {

/*! One member of an object in the order in which it is to be shown. */
struct JsonMember
{
    QString name;
    QJsonValue value;
};

/*! A JSON value as a tree of "name: value" rows. Thread: main. */
class JsonModel final : public QAbstractItemModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JsonModel)

public:
    enum Role {
        NameRole = Qt::UserRole,
        TextRole, //!< The value in JSON; "{ 2 }" or "[ 3 ]" for what has rows of its own.
        ValueRole, //!< The whole value as JSON, for the clipboard.
        KindRole, //!< A QJsonValue::Type.
        GoldRole, //!< True for what says "from the cache".
    };

    explicit JsonModel(QObject *parent = nullptr);
    ~JsonModel() override;

    void setMembers(const QList<JsonMember> &members);
    void setJson(const QByteArray &json); //!< An object's members, or the one value itself.
    [[nodiscard]] QByteArray toJson() const; //!< All of it, indented.

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    [[nodiscard]] int rowCount(const QModelIndex &parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node
    {
        QString name;
        QJsonValue value;
        Node *parent = nullptr;
        int row = 0;
        std::vector<std::unique_ptr<Node>> children;
    };
    static void grow(Node &parent, const QString &name, const QJsonValue &value);
    [[nodiscard]] static QString shown(const Node &node);
    [[nodiscard]] const Node &nodeAt(const QModelIndex &index) const;

    Node m_root;
};

} // namespace Kintsugi
