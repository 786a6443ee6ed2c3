// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QString>

#include <exception>

namespace Kintsugi {

/*! Thrown by the await that meets a stop request, once. A handler that cleans up catches it, leaves
 * the catch block, and then awaits what it needs, for the grace time; the task ends cancelled
 * however it goes on. */
class Stopped final : public std::exception
{
public:
    [[nodiscard]] const char *what() const noexcept override
    {
        return "the task was asked to stop";
    }
};

/*! A failure in the words of the task: what `failed {error}` will say. Handlers and step bodies
 * throw it. */
class TaskError : public std::exception
{
public:
    TaskError(QByteArray type, const QString &message, bool retryable = false, QString step = {})
        : m_type(std::move(type))
        , m_message(message)
        , m_step(std::move(step))
        , m_what(message.toUtf8())
        , m_retryable(retryable)
    {}

    [[nodiscard]] const QByteArray &type() const
    {
        return m_type;
    } //!< A short name for programs, "timeout".
    [[nodiscard]] const QString &message() const { return m_message; }
    [[nodiscard]] const QString &step() const
    {
        return m_step;
    } //!< The step that failed, empty for the handler itself.
    [[nodiscard]] bool isRetryable() const { return m_retryable; }
    [[nodiscard]] const char *what() const noexcept override { return m_what.constData(); }
    [[nodiscard]] QByteArray toJson() const; //!< Contract §2.

    [[nodiscard]] static TaskError fromJson(const QByteArray &json); //!< What toJson() gave.

    /*! The same for any exception that is in flight; call it inside a catch block. */
    [[nodiscard]] static TaskError fromCurrentException(const QString &step = {});

private:
    QByteArray m_type;
    QString m_message;
    QString m_step;
    QByteArray m_what;
    bool m_retryable;
};

} // namespace Kintsugi
