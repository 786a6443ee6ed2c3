// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/idempotencykey.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

#include <QCryptographicHash>

namespace Kintsugi {

Expected<KeyMaterial> computeKey(const QByteArray &name, const QJsonObject &input,
                                 const UserId &user)
{
    const auto canonicalInput = canonicalJson(input);
    if (!canonicalInput)
        return std::unexpected(canonicalInput.error());
    // The members are in the canonical order, and the input's text need not be made again.
    const QByteArray canonical = "{\"input\":" + *canonicalInput + ",\"name\":"
        + jsonString(QString::fromUtf8(name)) + ",\"userId\":" + jsonString(user.toString()) + '}';
    const QByteArray digest = QCryptographicHash::hash(canonical, QCryptographicHash::Sha256);
    return KeyMaterial{*canonicalInput, canonical, IdempotencyKey(digest.toHex())};
}

bool isAcceptableKey(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > Limits::kKeyLength)
        return false;
    for (const char c : text) {
        const bool alphanumeric =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!alphanumeric && c != '.' && c != '_' && c != ':' && c != '-')
            return false;
    }
    return true;
}

} // namespace Kintsugi
