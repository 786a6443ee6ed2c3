// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/gadgetjson.h"
#include "engine/model/taskdefinition.h"
#include "engine/runtime/coro.h"

#include <QHash>

#include <functional>

namespace Kintsugi {

class Context;

/*! A definition bound to its handler. */
struct RegisteredTask
{
    DefinitionInfo info;
    std::function<Coro<QByteArray>(Context &, QJsonObject)> run; //!< Input and result as JSON.
};

namespace Detail {
template<typename Input, typename Result>
Coro<QByteArray> runHandler(Coro<Result> (*handler)(Context &, Input), Context &context,
                            QJsonObject input)
{
    const Result result = co_await handler(context, fromJsonObject<Input>(input));
    co_return toJsonBytes(result);
}
} // namespace Detail

/*! The definitions of a program, by name. A value: fill it before the engine opens. */
class Registry
{
public:
    template<typename Input, typename Result, typename... Events>
    void add(const TaskDefinition<Input, Result, Events...> &definition,
             Coro<Result> (*handler)(Context &, Input))
    {
        const DefinitionInfo info = definition.info();
        m_tasks.insert(info.name, {info, [handler](Context &context, QJsonObject input) {
                                       return Detail::runHandler(handler, context,
                                                                 std::move(input));
                                   }});
        m_infos << info;
    }
    /*! A task of another registry, bound as it was there. */
    void add(const RegisteredTask &task)
    {
        m_tasks.insert(task.info.name, task);
        m_infos << task.info;
    }

    [[nodiscard]] const RegisteredTask *find(const QByteArray &name) const
    {
        const auto found = m_tasks.constFind(name);
        return found == m_tasks.constEnd() ? nullptr : &*found;
    }
    [[nodiscard]] const QList<DefinitionInfo> &definitions() const { return m_infos; }

private:
    QHash<QByteArray, RegisteredTask> m_tasks;
    QList<DefinitionInfo> m_infos;
};

} // namespace Kintsugi
