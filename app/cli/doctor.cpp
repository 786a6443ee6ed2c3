// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands.h"
#include "app/cli/diagnosis.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/exitcode.h"

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

namespace {

void print(const Finding &finding)
{
    const Output::Tone tone = finding.level == Level::Ok ? Output::Tone::Good
        : finding.level == Level::Warning                ? Output::Tone::Gold
                                                         : Output::Tone::Bad;
    QString line = u"%1  %2  %3"_s.arg(
        Output::toned(QString::fromLatin1(toWire(finding.level)).leftJustified(7), tone),
        QString::fromLatin1(finding.check).leftJustified(11), Output::harmless(finding.message));
    if (!finding.remedy.isEmpty())
        line += u" → "_s + Output::harmless(finding.remedy);
    Output::line(line);
    for (const QString &detail : finding.details)
        Output::line(u"                      %1"_s.arg(Output::harmless(detail)));
}

} // namespace

int doctor(const QStringList &arguments)
{
    Options options(u"doctor"_s, u"Looks at a store, without changing it, and says what to do."_s);
    options.store().plugins().json().flag(
        u"full"_s, u"Looks at every index and reference too: slow on a large store."_s);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    const auto staleMs = options.number(u"stale-ms"_s, 5000, 100, 3'600'000);
    if (!staleMs)
        return Output::error(staleMs.error());
    const auto registry = options.registry();
    if (!registry)
        return Output::error(registry.error());
    const Diagnosis diagnosis = Diagnosis::of({.dbFlag = options.text(u"db"_s),
                                               .isFull = options.isSet(u"full"_s),
                                               .staleAfter = std::chrono::milliseconds(*staleMs),
                                               .registry = *registry});
    if (options.wantsJson()) {
        Output::json(diagnosis.toJson());
    } else {
        for (const Finding &finding : diagnosis.findings())
            print(finding);
    }
    return diagnosis.worst() == Level::Problem ? ExitCode::kUnavailable : ExitCode::kDone;
}

} // namespace Kintsugi::Commands
