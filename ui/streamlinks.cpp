// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/streamlinks.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

QString StreamLinks::url(const ServerStatus &server, const TaskId &id)
{
    const QString base = server.url.toString(QUrl::StripTrailingSlash);
    return id.isNull() ? QString(base + u"/api/events")
                       : QString(base + u"/api/durable-example/reattach/" + id.toString());
}

QString StreamLinks::curl(const ServerStatus &server, const TaskId &id)
{
    const QString token =
        server.wantsToken ? uR"(-H "Authorization: Bearer $TOKEN" )"_s : QString();
    return u"curl -N "_s + token + url(server, id);
}

QString StreamLinks::eventSource(const ServerStatus &server, const TaskId &id,
                                 const QByteArrayList &types)
{
    // A named event reaches only who listens to its name.
    QStringList names;
    for (const QByteArray &type : types)
        names << u'\'' + QString::fromLatin1(type) + u'\'';
    return uR"(const stream = new EventSource('%1%2');
for (const type of [%3]) {
  stream.addEventListener(type, (event) => console.log(event.lastEventId, type, JSON.parse(event.data)));
}
)"_s.arg(url(server, id), server.wantsToken ? u"?token=$TOKEN"_s : QString(), names.join(u", "_s));
}

QUrl StreamLinks::page(const ServerStatus &server, const TaskId &id)
{
    QUrl page = server.url;
    page.setPath(u"/"_s);
    if (!id.isNull())
        page.setFragment(id.toString());
    return page;
}

} // namespace Kintsugi
