// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/gadgetjson.h"
#include "engine/model/retrypolicy.h"
#include "engine/model/schema.h"

#include <QJsonObject>
#include <QList>

#include <array>
#include <type_traits>
#include <variant>

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
    bool localOnly = false;
    bool recoversByRequest = false;
    QList<int> compatibleVersions{};
    RetryPolicy retry{};
    std::chrono::milliseconds timeout{};
    QJsonObject inputSchema;
    QJsonObject resultSchema;
    QList<EventSchema> events;

    /*! Whether a new task of it goes on without a nudge, unless its start says so; \a all is what
     *  --auto-recover asks for. */
    [[nodiscard]] bool recoversAlone(bool all) const
    {
        return autoRecover || (all && !recoversByRequest);
    }
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
    /*! One event of a task, for those who read them. */
    using Event = std::conditional_t<sizeof...(EventTs) == 0, std::variant<std::monostate>,
                                     std::variant<EventTs...>>;

    const char *name;
    int version = 1;
    const char *title = "";
    bool autoRecover = true; //!< Whether a stale task of this kind goes on without a nudge, unless
                             //!< its start says so.
    RetryPolicy retry{}; //!< Of the whole task, after a failure that may be tried again.
    std::chrono::milliseconds
        timeout{}; //!< From the first attempt's start, pauses included; 0: none.
    /*! Earlier versions whose tasks this handler can go on with; zeros are none. */
    std::array<int, 8> compatibleVersions{};
    bool localOnly = false; //!< Never started over HTTP: it runs what its input says.
    /*! Its recovery needs what a request of its user brings, so --auto-recover leaves it alone. */
    bool recoversByRequest = false;

    [[nodiscard]] DefinitionInfo info() const
    {
        // schemaOf() finds a gadget by its registered name when it makes a blank one for the
        // defaults.
        qRegisterMetaType<InputT>();
        qRegisterMetaType<ResultT>();
        (qRegisterMetaType<EventTs>(), ...);
        DefinitionInfo info{.name = QByteArray(name),
                            .version = version,
                            .title = QString::fromUtf8(title),
                            .autoRecover = autoRecover,
                            .localOnly = localOnly,
                            .recoversByRequest = recoversByRequest,
                            .retry = retry,
                            .timeout = timeout,
                            .inputSchema = inputSchemaOf(InputT::staticMetaObject),
                            .resultSchema = schemaOf(ResultT::staticMetaObject),
                            .events = {EventSchema{classInfo(EventTs::staticMetaObject, "event"),
                                                   schemaOf(EventTs::staticMetaObject)}...}};
        for (const int compatible : compatibleVersions) {
            if (compatible != 0)
                info.compatibleVersions << compatible;
        }
        return info;
    }
};

} // namespace Kintsugi
