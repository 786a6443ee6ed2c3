// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/options.h"

#include "app/cli/output.h"
#include "app/host/definitions.h"
#include "app/host/environment.h"
#include "app/http/access.h"
#include "engine/model/canonicaljson.h"
#include "engine/tasks/builtin.h"

#include <cstdio>

namespace Kintsugi {

using namespace Qt::StringLiterals;

Options::Options(QString command, QString purpose, QStringList positionals)
    : m_command(std::move(command))
    , m_purpose(std::move(purpose))
    , m_positionals(std::move(positionals))
{
    m_parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    flag(u"help"_s, u"Says this."_s);
}

Options &Options::flag(const QString &name, const QString &help)
{
    m_parser.addOption(QCommandLineOption(name, help));
    return *this;
}

Options &Options::value(const QString &name, const QString &valueName, const QString &help)
{
    m_parser.addOption(QCommandLineOption(name, help, valueName));
    return *this;
}

Options &Options::engineFlags(EngineFlag::Scope scope)
{
    for (const EngineFlag &one : Kintsugi::engineFlags()) {
        if (one.scope == scope)
            value(one.name, one.value, one.help);
    }
    return *this;
}

Options &Options::hiddenValue(const QString &name)
{
    QCommandLineOption option(name, {}, u"VALUE"_s);
    option.setFlags(QCommandLineOption::HiddenFromHelp);
    m_parser.addOption(option);
    return *this;
}

Options &Options::store()
{
    value(u"db"_s, u"FILE"_s, u"The store; by default tasks.db in the application-data folder."_s);
    return engineFlags(EngineFlag::Scope::Reading);
}

Options &Options::drives()
{
    m_drives = true;
    return engineFlags(EngineFlag::Scope::Driving)
        .flag(kAutoRecoverFlag, u"Stale tasks of every kind go on without a nudge."_s);
}

Options &Options::serves()
{
    return drives().engineFlags(EngineFlag::Scope::Serving);
}

Options &Options::remote()
{
    m_isRemote = true;
    return store()
        .value(u"url"_s, u"URL"_s, u"Talk to a running server instead of opening the store."_s)
        .value(u"token"_s, u"TOKEN"_s, u"With --url: the token that the server wants."_s);
}

Options &Options::json()
{
    return flag(u"json"_s, u"JSON on standard output, and nothing else."_s);
}

Options &Options::plugins()
{
    m_takesPlugins = true;
    return values(u"plugin"_s, u"FILE"_s,
                  u"Loads task definitions from this library too; may be repeated."_s);
}

Expected<void> Options::parse(const QStringList &arguments)
{
    if (!m_parser.parse(QStringList{m_command} + arguments))
        return failure(ErrorCode::InvalidArgument, m_parser.errorText());
    if (m_parser.isSet(u"help"_s)) {
        QString usage = u"kintsugi-cli "_s + m_command;
        for (const QString &positional : std::as_const(m_positionals))
            usage += u' ' + positional;
        const QString options = m_parser.helpText().section(u"Options:\n"_s, 1);
        std::fprintf(stdout, "%s\n\n%s\n\nOptions:\n%s", qUtf8Printable(usage),
                     qUtf8Printable(m_purpose), qUtf8Printable(options));
        return failure(ErrorCode::InvalidArgument, {});
    }
    const QStringList given = m_parser.positionalArguments();
    if (given.size() < m_positionals.size() && !m_positionals[given.size()].startsWith(u'['))
        return failure(ErrorCode::InvalidArgument,
                       u"%1 is missing"_s.arg(m_positionals[given.size()]));
    if (given.size() > m_positionals.size())
        return failure(ErrorCode::InvalidArgument,
                       u"\"%1\" is one word too many"_s.arg(given[m_positionals.size()]));
    return {};
}

std::optional<QString> Options::text(const QString &name) const
{
    return m_parser.isSet(name) ? std::optional(m_parser.value(name)) : std::nullopt;
}

Expected<qint64> Options::number(const QString &name, qint64 otherwise, qint64 min,
                                 qint64 max) const
{
    return numberOf(m_parser, name, otherwise, min, max);
}

Expected<EngineConfig> Options::engine() const
{
    const auto store = Environment::chooseStore(text(u"db"_s));
    if (!store)
        return std::unexpected(store.error());
    EngineConfig config;
    config.storePath = store->path;
    if (const auto set = setEngine(config, m_parser); !set)
        return std::unexpected(set.error());
    return config;
}

Expected<QJsonObject> Options::object(const QString &name) const
{
    const auto given = text(name);
    if (!given)
        return QJsonObject();
    const auto value = parseJson(given->toUtf8());
    if (!value)
        return failure(ErrorCode::InvalidArgument,
                       u"--%1 is %2"_s.arg(name, value.error().message));
    if (!value->isObject())
        return failure(ErrorCode::InvalidArgument, u"--%1 takes a JSON object"_s.arg(name));
    return value->toObject();
}

Expected<std::optional<QUrl>> Options::url() const
{
    const auto given = m_isRemote ? text(u"url"_s) : std::nullopt;
    if (!given)
        return std::optional<QUrl>();
    const QUrl url(*given, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != u"http"_s || url.host().isEmpty())
        return failure(
            ErrorCode::InvalidArgument,
            u"--url takes an address like http://127.0.0.1:7420, not \"%1\""_s.arg(*given));
    if (isSet(u"db"_s))
        return failure(ErrorCode::InvalidArgument, u"--url and --db exclude each other"_s);
    if (m_takesPlugins && isSet(u"plugin"_s))
        return failure(
            ErrorCode::InvalidArgument,
            u"--url and --plugin exclude each other: the server has definitions of its own"_s);
    QStringList own{kAutoRecoverFlag};
    for (const EngineFlag &flag : Kintsugi::engineFlags()) {
        if (flag.scope == EngineFlag::Scope::Driving)
            own << flag.name;
    }
    for (const QString &name : std::as_const(own)) {
        if (m_drives && isSet(name))
            return failure(
                ErrorCode::InvalidArgument,
                u"--url and --%1 exclude each other: the server has been told its own"_s.arg(name));
    }
    return std::optional(url);
}

Expected<QByteArray> Options::token() const
{
    const auto given = m_isRemote ? text(u"token"_s) : std::nullopt;
    if (!given)
        return QByteArray();
    if (!isSet(u"url"_s))
        return failure(ErrorCode::InvalidArgument, u"--token is for a server that --url names"_s);
    if (!isBearerToken(given->toUtf8())) // Which is not said: it is a secret.
        return failure(ErrorCode::InvalidArgument,
                       u"--token takes letters, digits and -._~+/ (and = at its end)"_s);
    return given->toUtf8();
}

Expected<Registry> Options::registry() const
{
    if (!m_takesPlugins)
        return builtinTasks();
    auto definitions = Definitions::load(texts(u"plugin"_s));
    if (!definitions)
        return std::unexpected(definitions.error());
    for (const QString &warning : std::as_const(definitions->warnings))
        Output::warning(u"left out: "_s + warning);
    return std::move(definitions->registry);
}

} // namespace Kintsugi
