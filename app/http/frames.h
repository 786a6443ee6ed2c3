// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>

namespace Kintsugi {

/*! About as many bytes as a stream is given at once, and as wait in its socket before it is given
 * more. */
inline constexpr qsizetype kPieceBytes = 256 << 10;

/*! More than this a feed does not keep at hand for its streams. */
inline constexpr qsizetype kWindowBytes = 8 << 20;

/*! A piece of a log as a reader gets it: frames, one after the other. The bytes are shared by all
 * who stand at the same place. */
struct Frames
{
    QByteArray bytes{};
    qsizetype count = 0;
    qint64 upTo = 0; //!< The seq or position that its reader has come to.
    bool more = false; //!< There is more behind that already.
    bool endsTask = false; //!< The last of them is a terminal event.
};

} // namespace Kintsugi
