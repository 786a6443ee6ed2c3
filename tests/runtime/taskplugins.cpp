// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The plugins of tst_pluginloader: each KIND_… is a library of its own, and all but the good one
// are wrong in one way.

#include "engine/runtime/context.h"
#include "engine/runtime/taskplugin.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

#if defined(KIND_INTERFACE)
#define PLUGIN_IID "kintsugi.TaskPlugin/999 of Kintsugi 9.9.9"
#elif defined(KIND_VERSION)
#define PLUGIN_IID KINTSUGI_TASK_PLUGIN_INTERFACE " of Kintsugi 0.0.1"
#elif defined(KIND_FOREIGN)
#define PLUGIN_IID "org.example.Teapot/1"
#else
#define PLUGIN_IID KINTSUGI_TASK_PLUGIN
#endif

namespace Kintsugi {
/*! Named as the built-in counter's event is, and another type: each must keep to its own. */
struct Tick
{
    Q_GADGET
    Q_CLASSINFO("event", "echoed")
    Q_PROPERTY(QString word MEMBER word)

public:
    QString word = u"tock"_s;
};
} // namespace Kintsugi

[[maybe_unused]] constexpr TaskDefinition<Tick, Tick, Tick> kEcho{.name = "echo"};
[[maybe_unused]] constexpr TaskDefinition<Tick, Tick> kTaken{.name = "count-to-n"};
[[maybe_unused]] constexpr TaskDefinition<Tick, Tick> kNameless{.name = ""};

Coro<Tick> echo(Context &ctx, Tick input)
{
    const auto word = co_await ctx.step(u"say"_s, [input] { return input.word.repeated(2); });
    if (word.value == "stopstop"_L1)
        throw TaskError("silence", u"nothing to say"_s);
    co_await ctx.emit(Tick{word.value});
    co_return Tick{word.value};
}

void nowhere(); // Defined by nobody.

#if defined(KIND_UNCAST)
class Plugin final : public QObject
#else
class Plugin final : public QObject, public TaskPlugin
#endif
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID PLUGIN_IID)
#if !defined(KIND_UNCAST)
    Q_INTERFACES(Kintsugi::TaskPlugin)

public:
    void addTo([[maybe_unused]] Registry &registry) override
    {
#if !defined(KIND_EMPTY)
        registry.add(kEcho, echo);
#endif
#if defined(KIND_UNDEFINED)
        nowhere();
#elif defined(KIND_NAMELESS)
        registry.add(kNameless, echo);
#elif defined(KIND_TAKEN)
        registry.add(kTaken, echo);
#elif defined(KIND_TWICE)
        registry.add(kEcho, echo);
#elif defined(KIND_THROWING)
        throw TaskError("tired", u"not today"_s);
#endif
    }
#endif
};

#include "taskplugins.moc"
