// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace Kintsugi {

/*! \a bytes as valid UTF-8: what the UTF-8 decoder of the WHATWG Encoding Standard gives, U+FFFD
 * for each longest piece that cannot be part of a character. A byte order mark is a character like
 * any other here. */
[[nodiscard]] QByteArray decodeUtf8(QByteArrayView bytes);

} // namespace Kintsugi
