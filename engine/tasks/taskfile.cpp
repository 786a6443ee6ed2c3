// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/taskfile.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/validation.h"
#include "engine/tasks/pipelinefile.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestFile = 1 << 20;

std::unexpected<Error> refused(const QString &file, const QList<FieldError> &fields)
{
    QStringList messages;
    for (const FieldError &field : fields)
        messages << field.message;
    return std::unexpected(
        Error{ErrorCode::InvalidInput, file + ": "_L1 + messages.join("; "_L1), fields});
}

/*! What is allowed in the file: the input without what is not written there. */
QJsonObject fileSchema()
{
    QJsonObject schema = schemaOf(PipelineFileInput::staticMetaObject);
    QJsonObject properties = schema.value("properties"_L1).toObject();
    properties.remove("baseDir"_L1);
    schema.insert("properties"_L1, properties);
    schema.insert("required"_L1, QJsonArray{u"name"_s, u"stages"_s});
    return schema;
}

Expected<QJsonObject> readObject(const QByteArray &text, const QString &file)
{
    const auto value = readJson(text);
    if (!value) {
        const QByteArrayView before = QByteArrayView(text).first(value.error().byte);
        const qsizetype lineStart = before.lastIndexOf('\n') + 1;
        const qsizetype column = QString::fromUtf8(before.sliced(lineStart)).size() + 1;
        const QByteArray rest = text.mid(before.size()).split('\n').first().trimmed();
        return failure(
            ErrorCode::InvalidArgument,
            u"%1:%2:%3: not JSON: %4, at %5"_s.arg(
                file, QString::number(std::ranges::count(before, '\n') + 1),
                QString::number(column), value.error().why,
                rest.isEmpty() ? u"the end of the line"_s : QString::fromUtf8(rest).left(40)));
    }
    if (!value->isObject())
        return failure(ErrorCode::InvalidArgument,
                       file + uR"(: a task file is an object, {"name":…,"stages":[…]})"_s);
    return value->toObject();
}

/*! Without `needs` a stage follows the one above it. What is malformed is left to the check. */
QJsonArray withNeeds(const QJsonArray &stages)
{
    QJsonArray complete;
    QJsonArray above;
    for (const QJsonValue stage : stages) {
        QJsonObject object = stage.toObject();
        if (!object.contains("needs"_L1))
            object.insert("needs"_L1, above);
        above = {object.value("name"_L1)};
        complete.append(stage.isObject() ? QJsonValue(object) : stage);
    }
    return complete;
}

/*! "stages.2.timeoutMs" is of the stage that is named in there. */
QList<FieldError> withStageNames(QList<FieldError> fields, const QJsonArray &stages)
{
    for (FieldError &field : fields) {
        const QStringList path = field.field.split(u'.');
        if (path.size() < 2 || path.first() != "stages"_L1)
            continue;
        const QJsonObject stage = stages.at(path.at(1).toInt()).toObject();
        if (const QString name = stage.value("name"_L1).toString(); !name.isEmpty())
            field.message = "stage \"%1\": %2"_L1.arg(name, field.message);
        if (path.size() == 3 && path.last() == "command"_L1 && stage.value("command"_L1).isString())
            field.message += uR"(; a line for the shell is ["sh","-c","…"])"_s;
    }
    return fields;
}

/*! What no schema can tell. */
class StagesCheck
{
public:
    explicit StagesCheck(const QList<StageSpec> &stages)
        : m_stages(stages)
    {
        for (const StageSpec &stage : stages)
            m_names << stage.name;
    }

    [[nodiscard]] QList<FieldError> errors()
    {
        for (qsizetype i = 0; i < m_stages.size(); ++i)
            checkStage(i);
        if (m_errors.isEmpty())
            findCycle();
        return m_errors;
    }

private:
    void add(qsizetype index, QLatin1StringView member, const QString &what)
    {
        m_errors << FieldError{u"stages.%1.%2"_s.arg(index).arg(member),
                               "stage \"%1\" %2"_L1.arg(m_names.at(index), what)};
    }

    void checkStage(qsizetype index)
    {
        const StageSpec &stage = m_stages.at(index);
        if (const qsizetype first = m_names.indexOf(stage.name); first != index)
            add(index, "name"_L1,
                u"comes twice, as the %1. and the %2.; give each a name of its own"_s.arg(first + 1)
                    .arg(index + 1));
        if (stage.command.first().isEmpty())
            add(index, "command"_L1, u"has no program: the first text of its command is empty"_s);
        QStringList texts = stage.command + stage.env.values();
        texts << stage.cwd;
        for (const QString &text : std::as_const(texts)) {
            if (text.contains(QChar(0)))
                add(index, "command"_L1,
                    u"has a \\u0000 in its command, env or cwd, which no program can be given"_s);
        }
        for (const QString &name : stage.env.keys()) {
            if (name.isEmpty() || name.contains(u'=') || name.contains(QChar(0)))
                add(index, "env"_L1, "has a variable that cannot be named \"%1\""_L1.arg(name));
        }
        for (const QString &need : stage.needs) {
            if (!m_names.contains(need))
                add(index, "needs"_L1,
                    "needs \"%1\", which is no stage of this file; its stages are %2"_L1.arg(
                        need, m_names.join(", "_L1)));
        }
    }

    void findCycle()
    {
        for (qsizetype i = 0; i < m_stages.size(); ++i)
            m_places.insert(m_names.at(i), i);
        m_colours.fill(Colour::New, m_stages.size());
        for (qsizetype i = 0; i < m_stages.size() && m_errors.isEmpty(); ++i)
            visit(i);
    }

    /*! Depth first, by hand: a thousand stages may be one chain. */
    void visit(qsizetype root)
    {
        struct Step
        {
            qsizetype stage;
            qsizetype nextNeed = 0;
        };
        QList<Step> path;
        const auto enter = [&](qsizetype stage) {
            m_colours[stage] = Colour::OnPath;
            path << Step{stage};
        };
        if (m_colours.at(root) == Colour::New)
            enter(root);
        while (!path.isEmpty()) {
            Step &step = path.last();
            const QStringList &needs = m_stages.at(step.stage).needs;
            if (step.nextNeed == needs.size()) {
                m_colours[step.stage] = Colour::Done;
                path.removeLast();
                continue;
            }
            const qsizetype need = m_places.value(needs.at(step.nextNeed++));
            if (m_colours.at(need) == Colour::New) {
                enter(need);
            } else if (m_colours.at(need) == Colour::OnPath) {
                QStringList names;
                for (const Step &on : std::as_const(path)) {
                    if (on.stage == need || !names.isEmpty())
                        names << m_names.at(on.stage);
                }
                names << m_names.at(need);
                add(need, "needs"_L1,
                    "needs itself: "_L1 + names.join(u" → "_s)
                        + "; take one of these needs out"_L1);
                return;
            }
        }
    }

    enum class Colour { New, OnPath, Done };
    const QList<StageSpec> &m_stages;
    QStringList m_names;
    QHash<QString, qsizetype> m_places;
    QList<Colour> m_colours;
    QList<FieldError> m_errors;
};

} // namespace

Expected<QJsonObject> readTaskFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::InvalidArgument,
                       "cannot read the task file %1: %2"_L1.arg(path, file.errorString()));
    const QByteArray text = file.read(kLargestFile + 1);
    if (file.error() != QFileDevice::NoError)
        return failure(ErrorCode::InvalidArgument,
                       "cannot read the task file %1: %2"_L1.arg(path, file.errorString()));
    if (text.size() > kLargestFile)
        return failure(
            ErrorCode::TooLarge,
            u"%1: a task file has at most %2 bytes; put long scripts into files beside it"_s
                .arg(path)
                .arg(kLargestFile));
    const QString folder = QFileInfo(path).absolutePath();
    const QString real = QFileInfo(folder).canonicalFilePath();
    return parseTaskFile(text, path, real.isEmpty() ? folder : real);
}

Expected<QJsonObject> parseTaskFile(const QByteArray &text, const QString &name,
                                    const QString &baseDir)
{
    auto object = readObject(text, name);
    if (!object)
        return object;
    const QJsonValue stages = object->value("stages"_L1);
    if (stages.isUndefined() || stages == QJsonValue(QJsonArray()))
        return refused(
            name,
            {{u"stages"_s,
              uR"(it has no stages; give it some, "stages":[{"name":"first","command":["true"]}])"_s}});
    if (stages.isArray())
        object->insert("stages"_L1, withNeeds(stages.toArray()));
    auto complete = validateInput(*object, fileSchema());
    if (!complete)
        return refused(name, withStageNames(complete.error().fields, stages.toArray()));
    const auto input = fromJsonObject<PipelineFileInput>(*complete);
    if (const auto errors = StagesCheck(input.stages).errors(); !errors.isEmpty())
        return refused(name, errors);
    complete->insert("baseDir"_L1, baseDir);
    return complete;
}

} // namespace Kintsugi
