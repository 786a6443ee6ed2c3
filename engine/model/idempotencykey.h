// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/ids.h"

#include <QJsonObject>

namespace Kintsugi {

/*! What the key is made of, and the key: contract §1. */
struct KeyMaterial
{
    QByteArray canonicalInput; //!< The RFC 8785 text of the input alone.
    QByteArray canonical; //!< The RFC 8785 text of {"input":…,"name":…,"userId":…}.
    IdempotencyKey key; //!< 64 lower-case hex digits: its SHA-256.
};

/*! The key of a start: the same name, input and user always give the same key. InvalidInput when \a
 * input has no canonical form. */
[[nodiscard]] Expected<KeyMaterial> computeKey(const QByteArray &name, const QJsonObject &input,
                                               const UserId &user);

/*! True for a key that a caller may bring: 1 to 255 of A-Z a-z 0-9 . _ : - */
[[nodiscard]] bool isAcceptableKey(QByteArrayView text);

} // namespace Kintsugi
