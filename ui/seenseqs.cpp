// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/seenseqs.h"

#include <QSettings>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

const auto kGroup = u"seen/"_s;

} // namespace

SeenSeqs::SeenSeqs(QSettings &settings)
    : m_settings(settings)
{}

std::optional<Seq> SeenSeqs::seen(const TaskId &id) const
{
    bool ok = false;
    const Seq seq = m_settings.value(kGroup + id.toString()).toLongLong(&ok);
    return ok && seq >= 0 ? std::optional(seq) : std::nullopt;
}

void SeenSeqs::setSeen(const TaskId &id, Seq seq)
{
    const QString key = kGroup + id.toString();
    const bool known = m_settings.contains(key);
    m_settings.setValue(key, seq);
    if (known)
        return;
    m_settings.beginGroup("seen"_L1);
    // Ids grow with time, so the first ones are the oldest tasks.
    QStringList ids = m_settings.childKeys();
    ids.sort();
    while (ids.size() > kKept)
        m_settings.remove(ids.takeFirst());
    m_settings.endGroup();
}

} // namespace Kintsugi
