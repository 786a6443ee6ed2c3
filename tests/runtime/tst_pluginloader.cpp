// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/pluginloader.h"
#include "tests/support/enginefixture.h"

#include <QDir>
#include <QLibraryInfo>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Task plugins that fit, and what is said of those that do not. */
class TestPluginLoader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();
    void whatIsNamedTwiceIsLoadedOnce();
    void theFirstThatFailsEndsIt();
    void folderLeavesOutWhatFails();
    void folderThatIsNotThere();
    void handlersRun();
    void samelyNamedTypesStayApart();

private:
    [[nodiscard]] static QString plugin(const QString &kind)
    {
        return QStringLiteral(PLUGIN_DIR "/") + kind + u".so"_s;
    }
    [[nodiscard]] QString inFolder(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] static QByteArrayList names(const Registry &registry)
    {
        QByteArrayList names;
        for (const DefinitionInfo &info : registry.definitions())
            names << info.name;
        return names;
    }
    void writeText(const QString &name) const
    {
        QFile file(inFolder(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no library\n") > 0);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestPluginLoader::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestPluginLoader::whatDoesNotFitIsRefused_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("remedy");
    const auto row = [](const char *name, const QString &file, const char *wrong,
                        const char *remedy) {
        QTest::newRow(name) << file << QString::fromLatin1(wrong) << QString::fromLatin1(remedy);
    };
    row("not there", plugin(u"nobody"_s), "is not there", "name the library's file with its path");
    row("a folder", QStringLiteral(PLUGIN_DIR), "is no file", "name the library inside it");
    row("a text", QStringLiteral(KINTSUGI_SOURCE_DIR "/LICENSE"), "is no Qt plugin",
        "build it with kintsugi_add_task_plugin()");
    row("a library of another kind",
        QLibraryInfo::path(QLibraryInfo::LibrariesPath) + u"/libQt6Core.so.6"_s, "is no Qt plugin",
        "Q_PLUGIN_METADATA(IID KINTSUGI_TASK_PLUGIN)");
    row("a Qt plugin of another kind", plugin(u"foreign"_s), "for org.example.Teapot/1",
        "built with kintsugi_add_task_plugin()");
    row("another interface", plugin(u"interface"_s),
        "speaks kintsugi.TaskPlugin/999 and this program kintsugi.TaskPlugin/1",
        "with the headers of Kintsugi " KINTSUGI_VERSION);
    row("another version", plugin(u"version"_s),
        "was built for Kintsugi 0.0.1 and this is " KINTSUGI_VERSION,
        "with the headers of Kintsugi " KINTSUGI_VERSION);
    row("a name that is nowhere", plugin(u"undefined"_s), "nowhere", "build it again");
    row("not cast", plugin(u"uncast"_s), "is not written as a TaskPlugin",
        "Q_INTERFACES(Kintsugi::TaskPlugin)");
    row("empty", plugin(u"empty"_s), "brings no task definition", "registry.add()");
    row("nameless", plugin(u"nameless"_s), "without a name", "give it one");
    row("taken", plugin(u"taken"_s), "\"count-to-n\", and that name is taken", "rename it");
    row("twice in itself", plugin(u"twice"_s), "\"echo\", and that name is taken", "rename it");
    row("throwing", plugin(u"throwing"_s), "not today", "ask who wrote it");
}

void TestPluginLoader::whatDoesNotFitIsRefused()
{
    QFETCH(QString, file);
    QFETCH(QString, wrong);
    QFETCH(QString, remedy);
    Registry registry = builtinTasks();
    const QByteArrayList before = names(registry);
    const auto loaded = loadPlugins(registry, {file});
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::InvalidArgument);
    const QString &message = loaded.error().message;
    for (const QString &part : QStringList{u"the plugin "_s + file, wrong, remedy})
        QVERIFY2(message.contains(part), qPrintable(message));
    QCOMPARE(names(registry), before);
    QVERIFY(!registry.find("echo"));
}

void TestPluginLoader::whatIsNamedTwiceIsLoadedOnce()
{
    const QString link = inFolder(u"link.so"_s);
    QVERIFY(QFile::link(plugin(u"good"_s), link));
    const QString relative = QDir::current().relativeFilePath(plugin(u"good"_s));
    Registry registry = builtinTasks();
    QVERIFY(loadPlugins(registry, {plugin(u"good"_s), relative, link}));
    QCOMPARE(names(registry),
             (QByteArrayList{"count-to-n", "pipeline-with-steps", "pipeline-file", "echo"}));
    const auto copied = loadPlugins(registry, {plugin(u"good"_s)}); // Its name is taken by now.
    QVERIFY(!copied);
    QVERIFY(copied.error().message.contains("\"echo\""_L1));
}

void TestPluginLoader::theFirstThatFailsEndsIt()
{
    Registry registry;
    QVERIFY(!loadPlugins(registry, {plugin(u"version"_s), plugin(u"good"_s)}));
    QCOMPARE(names(registry), QByteArrayList());
}

void TestPluginLoader::folderLeavesOutWhatFails()
{
    QVERIFY(QFile::link(plugin(u"version"_s), inFolder(u"a.so"_s)));
    QVERIFY(QFile::link(plugin(u"good"_s), inFolder(u"b.so"_s)));
    QVERIFY(QFile::link(plugin(u"good"_s), inFolder(u"c.so"_s)));
    QVERIFY(QFile::link(inFolder(u"gone"_s), inFolder(u"d.so"_s)));
    QVERIFY(QDir(m_folder->path()).mkdir(u"e.so"_s));
    writeText(u"f.so"_s);
    writeText(u"README"_s);
    Registry registry;
    QStringList warnings;
    for (const Error &warning : loadPluginFolder(registry, m_folder->path()))
        warnings << warning.message.section(u' ', 0, 4);
    QCOMPARE(names(registry), (QByteArrayList{"echo"}));
    const auto starts = [this](const QString &name, const QString &how) -> QString {
        return u"the plugin "_s + inFolder(name) + how;
    };
    QCOMPARE(warnings,
             (QStringList{starts(u"a.so"_s, u" was built"_s), starts(u"d.so"_s, u" is not"_s),
                          starts(u"f.so"_s, u" is no"_s)}));

    Registry named;
    QVERIFY(loadPlugins(named, {plugin(u"good"_s)}));
    QCOMPARE(loadPluginFolder(named, m_folder->path(), {plugin(u"good"_s)}).size(), 3);
    QCOMPARE(names(named), (QByteArrayList{"echo"}));
}

void TestPluginLoader::folderThatIsNotThere()
{
    Registry registry;
    QVERIFY(loadPluginFolder(registry, inFolder(u"nobody"_s)).isEmpty());
}

void TestPluginLoader::handlersRun()
{
    Registry registry = builtinTasks();
    QVERIFY(loadPlugins(registry, {plugin(u"good"_s)}));
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), registry);
    const TaskId said = EngineFixture::start(*engine, "echo", {});
    QVERIFY(EngineFixture::reaches(*engine, said, TaskState::Completed));
    QCOMPARE(EngineFixture::taskNow(*engine, said).result, R"({"word":"tocktock"})"_ba);
    QCOMPARE(EngineFixture::shortLog(*engine, said),
             u"created attempt_started=submit echoed completed"_s);
    // An exception from the library is the engine's own type: its words end up in the task.
    const TaskId failed = EngineFixture::start(*engine, "echo", {{u"word"_s, u"stop"_s}});
    QVERIFY(EngineFixture::reaches(*engine, failed, TaskState::Failed));
    QVERIFY(EngineFixture::taskNow(*engine, failed).error.contains("nothing to say"));
}

void TestPluginLoader::samelyNamedTypesStayApart()
{
    Registry registry = builtinTasks();
    QVERIFY(loadPlugins(registry, {plugin(u"good"_s)}));
    const DefinitionInfo &own = registry.find("count-to-n")->info;
    const DefinitionInfo &theirs = registry.find("echo")->info;
    QCOMPARE(own.events.first().type, "tick"_ba);
    QCOMPARE(theirs.events.first().type, "echoed"_ba);
    QCOMPARE(theirs.inputSchema["properties"_L1]["word"_L1]["default"_L1].toString(), u"tock"_s);
    QVERIFY(!own.events.first().schema["properties"_L1].toObject().contains("word"_L1));
}

QTEST_GUILESS_MAIN(TestPluginLoader)
#include "tst_pluginloader.moc"
