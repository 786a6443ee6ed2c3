// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/tasks/command.h"

#include <vector>

namespace Kintsugi {

/*! Strings as exec wants them. */
class StringVector
{
public:
    void append(const QByteArray &text) { m_texts << text; }
    [[nodiscard]] char *const *data() //!< Until the next append.
    {
        m_pointers.clear();
        for (QByteArray &text : m_texts)
            m_pointers.push_back(text.data());
        m_pointers.push_back(nullptr);
        return m_pointers.data();
    }

private:
    QList<QByteArray> m_texts;
    std::vector<char *> m_pointers;
};

/*! What the command's process starts with: our own environment, the spec's over it, and
 * KINTSUGI_…. By its bytes: a variable of ours that is no UTF-8 goes on as it came. */
[[nodiscard]] QMap<QByteArray, QByteArray> environmentOf(const CommandSpec &spec);

/*! The command's program as a path, as a shell would find it by \a path (PATH); relative to the
 * spec's folder when it does not start with /, empty when there is none. */
[[nodiscard]] QString findProgram(const CommandSpec &spec, const QString &path);

/*! Why execve() refused the program with errno \a error, and what helps. */
[[nodiscard]] QString whyNotRun(const CommandSpec &spec, int error);

[[nodiscard]] QString errorText(int number); //!< Of an errno, in English.

} // namespace Kintsugi
