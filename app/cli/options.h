// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/host/engineflags.h"
#include "engine/model/error.h"
#include "engine/runtime/registry.h"

#include <QCommandLineParser>
#include <QJsonObject>
#include <QUrl>

#include <chrono>
#include <optional>

namespace Kintsugi {

/*! The words of one command: its own options and the common ones, and nothing else.
 *
 *  An option that a command does not have is refused, never ignored.
 */
class Options
{
public:
    /*! \a positionals: "ID", "NAME"…; one in brackets, "[JSON]", may be left out. */
    explicit Options(QString command, QString purpose, QStringList positionals = {});

    Options &flag(const QString &name, const QString &help);
    Options &value(const QString &name, const QString &valueName, const QString &help);
    Options &values(const QString &name, const QString &valueName, const QString &help)
    {
        return value(name, valueName, help);
    }
    /*! One that --help does not tell of: for this program's own processes. */
    Options &hiddenValue(const QString &name);
    Options &store(); //!< --db, --stale-ms
    Options &remote(); //!< --url and --token beside those
    Options &json(); //!< --json
    Options &drives(); //!< Beside those, what an engine that drives a task of its own takes.
    Options &serves(); //!< Beside those, what an engine that drives all takes.
    Options &plugins(); //!< --plugin, for a command that runs handlers or checks inputs

    /*! Reads the arguments after the command's name. InvalidArgument says what is wrong; an empty
     *  message: the help was printed. */
    [[nodiscard]] Expected<void> parse(const QStringList &arguments);

    [[nodiscard]] bool isSet(const QString &name) const { return m_parser.isSet(name); }
    [[nodiscard]] std::optional<QString> text(const QString &name) const;
    [[nodiscard]] QStringList texts(const QString &name) const { return m_parser.values(name); }
    [[nodiscard]] QString positional(int index) const
    {
        return m_parser.positionalArguments().value(index);
    }
    [[nodiscard]] bool wantsJson() const { return isSet(QStringLiteral("json")); }
    /*! For what both programs read in the same way. */
    [[nodiscard]] const QCommandLineParser &parser() const { return m_parser; }
    /*! A number of ms or of things, within bounds; \a otherwise when it was not given. */
    [[nodiscard]] Expected<qint64> number(const QString &name, qint64 otherwise, qint64 min,
                                          qint64 max) const;
    /*! Sets the store and what else the command was given of an engine. */
    [[nodiscard]] Expected<EngineConfig> engine() const;
    /*! Whether the command may drive a task. */
    [[nodiscard]] bool canDrive() const { return m_drives; }
    /*! A JSON object; {} when it was not given. */
    [[nodiscard]] Expected<QJsonObject> object(const QString &name) const;
    /*! --url, when it was given and is a loopback or other http address. */
    [[nodiscard]] Expected<std::optional<QUrl>> url() const;
    /*! --token, for the server that --url names; empty when it was not given. */
    [[nodiscard]] Expected<QByteArray> token() const;
    /*! What the command can run; says on standard error which plugins of the folder were left out.
     *  InvalidArgument for a bad --plugin. The built-in definitions alone without plugins(). */
    [[nodiscard]] Expected<Registry> registry() const;

private:
    Options &engineFlags(EngineFlag::Scope scope);

    QString m_command;
    QString m_purpose;
    QStringList m_positionals;
    bool m_isRemote = false; // There is a --url.
    QCommandLineParser m_parser;
    bool m_takesPlugins = false;
    bool m_drives = false;
};

} // namespace Kintsugi
