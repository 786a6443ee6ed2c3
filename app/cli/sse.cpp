// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands.h"
#include "app/cli/commands_sse.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/exitcode.h"

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

int sse(const QStringList &arguments)
{
    Options options(u"sse"_s, u"Reads an event stream and prints one JSON line for each event."_s,
                    {u"URL"_s});
    options.json();
    options.value(u"last-event-id"_s, u"ID"_s, u"Goes on behind this event."_s)
        .value(u"max"_s, u"N"_s, u"Ends after so many events."_s)
        .value(u"post"_s, u"JSON"_s, u"Starts the stream by POST with this body."_s);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    const auto max = options.number(u"max"_s, 0, 1, std::numeric_limits<int>::max());
    if (!max)
        return Output::error(max.error());
    SseOptions sse;
    sse.url = QUrl(options.positional(0), QUrl::StrictMode);
    sse.lastEventId = options.text(u"last-event-id"_s).value_or(QString()).toUtf8();
    if (options.isSet(u"max"_s))
        sse.max = int(*max);
    if (const auto body = options.text(u"post"_s))
        sse.post = body->toUtf8();
    return runSse(sse, stdout, stderr);
}

} // namespace Kintsugi::Commands
