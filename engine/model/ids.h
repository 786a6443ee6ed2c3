// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QHash>
#include <QString>

#include <compare>

namespace Kintsugi {

/*! A wire name with a type of its own, so that a user is never passed where a task is meant. Null
 * by default. */
template<typename Tag>
class StrongId
{
public:
    StrongId() = default;
    explicit StrongId(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {}

    [[nodiscard]] bool isNull() const { return m_bytes.isEmpty(); }
    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }
    [[nodiscard]] QString toString() const { return QString::fromUtf8(m_bytes); }

    friend bool operator==(const StrongId &, const StrongId &) = default;
    friend std::strong_ordering operator<=>(const StrongId &a, const StrongId &b)
    {
        return a.m_bytes.compare(b.m_bytes) <=> 0;
    }
    friend size_t qHash(const StrongId &id, size_t seed = 0) { return qHash(id.m_bytes, seed); }

private:
    QByteArray m_bytes;
};

using TaskId = StrongId<struct TaskIdTag>; //!< A UUIDv7, 36 characters, lower case.
using UserId =
    StrongId<struct UserIdTag>; //!< Who owns a task; "local" unless a proxy says otherwise.
using IdempotencyKey = StrongId<struct IdempotencyKeyTag>; //!< See idempotencykey.h.

using Seq = qint64; //!< The place of an event in its task's log, from 1, without gaps.
using Epoch = qint64; //!< The fencing number of a lease; each claim adds one.
using Position = qint64; //!< The place of an event in the whole store; only grows.

/*! A new UUIDv7 (RFC 9562) of the given Unix time in ms; ids of one process and ms keep their
 * order. Any thread. */
[[nodiscard]] TaskId newTaskId(qint64 unixMs);

/*! True for the 36 characters of a UUID in lower case. */
[[nodiscard]] bool isTaskId(QByteArrayView text);

[[nodiscard]] inline UserId localUser()
{
    return UserId(QByteArrayLiteral("local"));
}

} // namespace Kintsugi
