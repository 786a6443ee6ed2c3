// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/gadgetjson.h"
#include "engine/model/schema.h"

#include <QJsonObject>
#include <QList>

namespace Kintsugi {

/*! One type of event that a definition may emit, with the schema of its payload. */
struct EventSchema
{
    QByteArray type;
    QJsonObject schema;
};

/*! A definition as values, for those who list it, check inputs by it, or make types of it. */
struct DefinitionInfo
{
    QByteArray name;
    int version = 1;
    QString title;
    bool autoRecover = true;
    QJsonObject inputSchema;
    QJsonObject resultSchema;
    QList<EventSchema> events;
};

/*! Name, version and types of a task, declared once for the handler, the schemas and every typed
 * client.
 *
 *  InputT, ResultT and EventTs are Q_GADGETs with default constructors; each event names its type
 * on the wire by Q_CLASSINFO("event", "tick").
 */
template<typename InputT, typename ResultT, typename... EventTs>
struct TaskDefinition
{
    using Input = InputT;
    using Result = ResultT;

    const char *name;
    int version = 1;
    const char *title = "";
    bool autoRecover = true; //!< Whether a stale task of this kind goes on without a nudge, unless
                             //!< its start says so.

    [[nodiscard]] DefinitionInfo info() const
    {
        // schemaOf() finds a gadget by its registered name when it makes a blank one for the
        // defaults.
        qRegisterMetaType<InputT>();
        qRegisterMetaType<ResultT>();
        (qRegisterMetaType<EventTs>(), ...);
        return {QByteArray(name),
                version,
                QString::fromUtf8(title),
                autoRecover,
                inputSchemaOf(InputT::staticMetaObject),
                schemaOf(ResultT::staticMetaObject),
                {EventSchema{classInfo(EventTs::staticMetaObject, "event"),
                             schemaOf(EventTs::staticMetaObject)}...}};
    }
};

} // namespace Kintsugi
