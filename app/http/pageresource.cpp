// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// /health, the live page and the client module with its types.

#include "app/http/api.h"
#include "app/http/clienttypes.h"
#include "engine/model/jsonwriter.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QUrl>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

QByteArray typeOf(const QString &suffix)
{
    if (suffix == u"html"_s)
        return "text/html; charset=utf-8"_ba;
    if (suffix == u"css"_s)
        return "text/css; charset=utf-8"_ba;
    return suffix == u"svg"_s ? "image/svg+xml"_ba : "text/javascript; charset=utf-8"_ba;
}

/*! "/page.css" is got by getPageCss, the page itself by getPage. */
Operation operationOf(const QByteArray &path, const QByteArray &type)
{
    QByteArray id = "get"_ba;
    for (const QByteArray &word : path.sliced(1).split('.'))
        id += word.left(1).toUpper() + word.mid(1);
    const bool isPage = path == "/";
    return {.id = isPage ? "getPage"_ba : id,
            .tag = "Page",
            .summary = isPage ? u"Start, watch and mend tasks in a browser."_s
                              : u"A file of the live page."_s,
            .answers = {Answers::text(type)}};
}

QByteArray etagOf(const QByteArray &bytes)
{
    return '"' + QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().first(32)
        + '"';
}

/*! Always the same bytes as long as this server runs. */
void addFile(Routes &routes, const QByteArray &path, const QByteArray &type,
             const QByteArray &bytes)
{
    routes.add("GET"_ba, path, operationOf(path, type),
               [type, bytes, etag = etagOf(bytes)](const Exchange &exchange) {
                   if (exchange.accepts(type.split(';').first()))
                       exchange.sendTagged(type, bytes, etag);
               });
}

/*! A file of the page whose references bear the token that it was asked for with: a browser sends
 * nothing of its own along when it loads a module or a style sheet. */
QByteArray withToken(QByteArray bytes, const QStringList &names, const QString &token)
{
    const QByteArray query = "?token=" + QUrl::toPercentEncoding(token);
    for (const QString &name : names) {
        const QByteArray file = name.toUtf8();
        for (const auto &[open, close] : {std::pair("\"/"_ba, '"'), std::pair("'./"_ba, '\'')}) {
            const QByteArray reference = open + file + close;
            bytes.replace(reference, QByteArray(open + file + query + close));
        }
    }
    return bytes;
}

void addPageFile(Routes &routes, const QByteArray &path, const QByteArray &type,
                 const QByteArray &bytes, const QStringList &names)
{
    const HttpHeaders headers{{"Content-Security-Policy"_ba, kPolicy.toByteArray()},
                              {"Referrer-Policy"_ba, "no-referrer"_ba}};
    routes.add("GET"_ba, path, operationOf(path, type),
               [type, bytes, names, headers, etag = etagOf(bytes)](const Exchange &exchange) {
                   if (!exchange.accepts(type.split(';').first()))
                       return;
                   const QString token =
                       exchange.query().queryItemValue(u"token"_s, QUrl::FullyDecoded);
                   if (token.isEmpty()) {
                       exchange.sendTagged(type, bytes, etag, headers);
                       return;
                   }
                   const QByteArray own = withToken(bytes, names, token);
                   exchange.sendTagged(type, own, etagOf(own), headers);
               });
}

/*! Every file of the page, each at its own name, index.html at the root. */
void addAssets(Routes &routes)
{
    const QDir folder(u":/kintsugi/web"_s);
    const QStringList names = folder.entryList(QDir::Files);
    for (const QFileInfo &info : folder.entryInfoList(QDir::Files)) {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray path =
            info.fileName() == u"index.html"_s ? "/"_ba : '/' + info.fileName().toUtf8();
        addPageFile(routes, path, typeOf(info.suffix()), file.readAll(), names);
    }
}

void health(Api &api, const Exchange &exchange)
{
    if (!exchange.accepts("application/json"))
        return;
    whenDone(api.context, api.engine.status(), [exchange](const EngineStatus &status) {
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
    routes.add("GET"_ba, "/health",
               {.id = "getHealth",
                .tag = "Service",
                .summary = u"Whether tasks can be started and go on; 503 when not."_s,
                .answers = {Answers::json("Health")}},
               [&api](const Exchange &exchange) { health(api, exchange); });
    addAssets(routes);
    // No type is registered for TypeScript. This is what Deno and esm.sh use; browsers never load
    // the file, and tsc reads it from a disk.
    addFile(routes, "/client.d.ts"_ba, "application/typescript; charset=utf-8"_ba,
            clientTypes(api.engine.definitions()));
}

} // namespace Kintsugi
