// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/exitcode.h"
#include "engine/model/idempotencykey.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/validation.h"

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

namespace {

/*! The input as a start of that name would store it; as it is when nobody knows the name or the
 * definition refuses it. */
QJsonObject asStarted(const Registry &registry, const QByteArray &name, const QJsonObject &input)
{
    const RegisteredTask *known = registry.find(name);
    return known ? validateInput(input, known->info.inputSchema).value_or(input) : input;
}

} // namespace

int key(const QStringList &arguments)
{
    Options options(u"key"_s, u"Prints the canonical JSON and the idempotency key of a start."_s,
                    {u"NAME"_s});
    options.plugins().json();
    options.value(u"input"_s, u"JSON"_s, u"The input, an object; missing defaults are filled in."_s)
        .value(u"user"_s, u"USER"_s, u"The user (local)."_s);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    const auto input = options.object(u"input"_s);
    if (!input)
        return Output::error(input.error());
    const auto registry = options.registry();
    if (!registry)
        return Output::error(registry.error());
    const QByteArray name = options.positional(0).toUtf8();
    const UserId user(options.text(u"user"_s).value_or(u"local"_s).toUtf8());
    const auto material = computeKey(name, asStarted(*registry, name, *input), user);
    if (!material)
        return Output::error(material.error());
    if (options.wantsJson()) {
        Output::json(JsonWriter()
                         .member("canonical", material->canonical)
                         .member("key", material->key.bytes())
                         .finish());
    } else {
        Output::line(QString::fromUtf8(material->canonical));
        Output::line(material->key.toString());
    }
    return ExitCode::kDone;
}

} // namespace Kintsugi::Commands
