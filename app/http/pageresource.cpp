// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// /health and the live page.

#include "app/http/api.h"
#include "engine/model/jsonwriter.h"

#include <QFile>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Asset
{
    QByteArray path;
    QString file;
    QByteArray type;
};

const QList<Asset> &assets()
{
    static const QList<Asset> all{
        {"/"_ba, u"index.html"_s, "text/html; charset=utf-8"_ba},
        {"/page.css"_ba, u"page.css"_s, "text/css; charset=utf-8"_ba},
        {"/palette.css"_ba, u"palette.css"_s, "text/css; charset=utf-8"_ba},
        {"/page.mjs"_ba, u"page.mjs"_s, "text/javascript; charset=utf-8"_ba}};
    return all;
}

void health(Api &api, const Exchange &exchange)
{
    api.engine.status().then(api.context, [exchange](const EngineStatus &status) {
        if (!status.writable) {
            exchange.problem(
                Problem{.status = 503,
                        .detail = u"The store cannot be written: "_s + status.storageProblem,
                        .headers = {{"Retry-After"_ba, "1"_ba}}});
            return;
        }
        exchange.json(200,
                      JsonWriter()
                          .member("status", "ok"_ba)
                          .member("storage", "sqlite"_ba)
                          .member("version", QByteArray(KINTSUGI_VERSION))
                          .member("workers", status.workers)
                          .finish());
    });
}

} // namespace

void addPageRoutes(Routes &routes, Api &api)
{
    routes.add("GET"_ba, "/health", [&api](const Exchange &exchange) { health(api, exchange); });
    for (const Asset &asset : assets()) {
        QFile file(u":/kintsugi/web/"_s + asset.file);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        routes.add("GET"_ba, asset.path, [asset, bytes = file.readAll()](const Exchange &exchange) {
            exchange.send(200, asset.type, bytes,
                          {{"Content-Security-Policy"_ba, kPolicy.toByteArray()},
                           {"Referrer-Policy"_ba, "no-referrer"_ba}});
        });
    }
}

} // namespace Kintsugi
