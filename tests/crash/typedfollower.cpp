// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// typedfollower SERVER ID NAME INPUT: starts or joins the run by POST and follows it as a program
// of the task's author would, in the gadgets of its definition. What it prints of an event is
// written from its gadget. See FollowerKind.

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/sse/subscribe.h"
#include "engine/tasks/counttonumber.h"
#include "engine/tasks/pipeline.h"

#include <QCoreApplication>

#include <cstdio>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

QByteArray lastPayload;

void print(const Event &event)
{
    lastPayload = event.payload;
    const QByteArray line = JsonWriter()
                                .member("id", QByteArray::number(event.seq))
                                .member("event", event.type)
                                .member("data", toJson(event))
                                .finish()
        + '\n';
    std::fwrite(line.constData(), 1, size_t(line.size()), stdout);
    std::fflush(stdout);
}

template<typename Definition>
void follow(const Definition &, SseRequest request)
{
    subscribeToTask<Definition>(
        std::move(request),
        {.onEvent =
             [](const auto &typed, const Event &event) {
                 Event copy = event;
                 copy.payload =
                     std::visit([](const auto &gadget) { return toJsonBytes(gadget); }, typed);
                 print(copy);
             },
         .onOther = [](const Event &event) { print(event); },
         .onComplete =
             [](const auto &result) {
                 const QByteArray told = R"({"result":)" + toJsonBytes(result) + '}';
                 QCoreApplication::exit(told == lastPayload ? 0 : 1);
             },
         .onError =
             [](const TaskRejection &rejection) {
                 qWarning().noquote() << rejection.error.message;
                 QCoreApplication::exit(1);
             }});
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 5)
        return 2;
    const QString &name = arguments[3];
    const QByteArray body =
        JsonWriter().member("name", name).raw("input", arguments[4].toUtf8()).finish();
    SseRequest request{.url = QUrl(arguments[1] + u"/api/tasks"_s), .body = body};
    if (name == QLatin1StringView(kCountToN.name))
        follow(kCountToN, std::move(request));
    else
        follow(kPipelineWithSteps, std::move(request));
    return QCoreApplication::exec();
}
