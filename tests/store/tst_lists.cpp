// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/storefixture.h"

#include <sqlite3.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Lists and claims: what they find, and that history never slows them. */
class TestLists : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesCoverEveryTaskOnce();
    void pageDoesNotMoveWhenTasksAreAdded();
    void filtersTellTasksApart();
    void textIsFoundLiterally_data();
    void textIsFoundLiterally();
    void onesOwnTasksAlone();
    void countsAreOfOneUserOrOfAll();
    void readsGoByIndex();
    void claimsGoByIndex();
    void actionsGoByIndex();
    void looksOfTheWriterGoByIndex();
    void heartbeatIsOneStatement();
    void undrivableTasksStarveNobody();
    void undrivableTasksAreNothingToDo();

private:
    [[nodiscard]] static TaskList list(OpenStore &store, const TaskFilter &filter);
};

namespace {

/*! Collects each statement that a connection runs. */
class Trace
{
public:
    explicit Trace(Connection &db)
    {
        sqlite3_trace_v2(
            db.handle(), SQLITE_TRACE_STMT,
            [](unsigned, void *self, void *statement, void *) {
                static_cast<Trace *>(self)->statements
                    << QByteArray(sqlite3_sql(static_cast<sqlite3_stmt *>(statement)));
                return 0;
            },
            this);
    }
    QList<QByteArray> statements;
};

/*! What is ready is gathered and put into an order: it is found by indices, each kind by its own.
 */
bool isSortingOfTheReady(const QString &step)
{
    return step.contains("WITH RECURSIVE owners"_L1)
        && (step.startsWith("UNION USING TEMP B-TREE"_L1)
            || step.startsWith("USE TEMP B-TREE FOR"_L1) || step.startsWith("SCAN r"_L1)
            || step.startsWith("SCAN tasks USING INDEX tasks_resting"_L1) // Nothing else is in it.
            || step.startsWith("SCAN owners"_L1) || step.startsWith("SCAN c"_L1)
            || step.startsWith("SCAN json_each VIRTUAL TABLE"_L1)
            || step.startsWith("SCAN (subquery"_L1));
}

/*! The steps of a plan that touch a whole table, or sort it. */
QStringList slowSteps(Connection &db, const QList<QByteArray> &statements)
{
    // An index that has every row is as long as its table; those of what lives are not.
    static const QRegularExpression slow(
        u"^SCAN (t|tasks|e|events|s|steps|d|dropped_attempts|w|workers)\\b"
        "(?!.*INDEX (tasks_live|tasks_wake|workers_live)\\b)|TEMP B-TREE"_s);
    QStringList found;
    for (const QByteArray &sql : statements) {
        if (sql.startsWith("BEGIN") || sql.startsWith("COMMIT") || sql.startsWith("PRAGMA"))
            continue;
        Query plan(db, QByteArray("EXPLAIN QUERY PLAN " + sql).constData(), Query::Keep::No);
        while (plan.next()) {
            if (slow.match(plan.text(3)).hasMatch())
                found << plan.text(3) + u" in "_s + QString::fromUtf8(sql).left(200);
        }
    }
    return found;
}

Submit submitOf(const QByteArray &key, const QByteArray &name, const QByteArray &input = "{}")
{
    return {.user = localUser(),
            .key = IdempotencyKey(key),
            .name = name,
            .input = input,
            .autoRecover = true};
}

} // namespace

TaskList TestLists::list(OpenStore &store, const TaskFilter &filter)
{
    const auto found = store->readNow([&](Reader &reader) { return reader.tasks(filter); });
    if (!found)
        qFatal("no list: %s", qPrintable(found.error().message));
    return *found;
}

void TestLists::pagesCoverEveryTaskOnce()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    QList<TaskId> made;
    for (int i = 0; i < 25; ++i)
        made.prepend(store->start("k" + QByteArray::number(i)).fence.id);
    for (const int limit : {1, 4, 5, 24, 25, 26}) {
        QList<TaskId> seen;
        TaskFilter filter{.user = localUser(), .limit = limit};
        do {
            const TaskList page = list(*store, filter);
            QVERIFY(page.tasks.size() <= limit);
            for (const Task &task : page.tasks)
                seen << task.id;
            filter.before = page.next;
        } while (filter.before > 0);
        QCOMPARE(seen, made); // Newest first, each once.
    }
}

void TestLists::pageDoesNotMoveWhenTasksAreAdded()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    for (int i = 0; i < 6; ++i)
        store->start("k" + QByteArray::number(i));
    const TaskList first = list(*store, {.user = localUser(), .limit = 3});
    store->start("later");
    const TaskList second = list(*store, {.user = localUser(), .limit = 3, .before = first.next});
    QCOMPARE(second.tasks.size(), 3);
    QCOMPARE(second.tasks.first().key.bytes(), "k2"_ba);
    QCOMPARE(second.next, 0);
}

void TestLists::filtersTellTasksApart()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim done = store->start("done");
    QVERIFY(
        store->write(FinishAttempt{done.fence, TaskState::Completed, {"completed", "{}"}, "1"}));
    const Claim stale = store->start("stale");
    QVERIFY(
        store->write(Beat{{{stale.fence, fixture.clock.now(), fixture.clock.monotonic()}}, false}));
    fixture.clock.advance(5s);
    store->start("live");
    QVERIFY(store->write(submitOf("other", "u")));
    const UserId me = localUser();
    const auto keys = [&](TaskFilter filter) {
        QByteArrayList found;
        for (const Task &task : list(*store, filter).tasks)
            found << task.key.bytes();
        return found.join(' ');
    };
    QCOMPARE(keys({.user = me}), "other live stale done"_ba);
    QCOMPARE(keys({.user = me, .state = TaskState::Completed}), "done"_ba);
    QCOMPARE(keys({.user = me, .state = TaskState::Running}), "other live stale"_ba);
    QCOMPARE(keys({.user = me, .stale = true}), "stale"_ba);
    QCOMPARE(keys({.user = me, .stale = false}), "other live done"_ba);
    QCOMPARE(keys({.user = me, .state = TaskState::Running, .stale = false, .name = "t"}),
             "live"_ba);
    QCOMPARE(keys({.user = me, .name = "u"}), "other"_ba);
    QCOMPARE(keys({.user = me, .state = TaskState::Failed}), ""_ba);
    QCOMPARE(*(*store)->readNow([](Reader &reader) { return reader.countStale(localUser()); }), 1);
}

void TestLists::textIsFoundLiterally_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("found");
    QTest::newRow("in the input") << u"100%"_s << "percent"_ba;
    QTest::newRow("percent is no wildcard") << u"1%0"_s << ""_ba;
    QTest::newRow("underscore is no wildcard") << u"a_b"_s << "underscore"_ba;
    QTest::newRow("backslash is itself") << u"c\\\\d"_s << "backslash"_ba;
    QTest::newRow("in the key") << u"derscor"_s << "underscore"_ba;
    QTest::newRow("without regard to case") << u"PERCENT"_s << "percent"_ba;
    QTest::newRow("quote") << u"'"_s << "quote"_ba;
    QTest::newRow("statement") << u"' OR 1=1 --"_s << ""_ba;
    QTest::newRow("only a percent") << u"%"_s << "percent"_ba;
}

void TestLists::textIsFoundLiterally()
{
    QFETCH(const QString, text);
    QFETCH(const QByteArray, found);
    StoreFixture fixture;
    const auto store = fixture.open();
    const QList<std::pair<QByteArray, QByteArray>> inputs{{"percent", R"({"x":"100% of 10"})"},
                                                          {"underscore", R"({"x":"a_b"})"},
                                                          {"plain", R"({"x":"a1b 1000"})"},
                                                          {"backslash", R"({"x":"c\\d"})"},
                                                          {"quote", R"({"x":"it's"})"}};
    for (const auto &[key, input] : inputs)
        QVERIFY(store->write(submitOf(key, "t", input)));
    QByteArrayList keys;
    for (const Task &task : list(*store, {.user = localUser(), .text = text}).tasks)
        keys << task.key.bytes();
    QCOMPARE(keys.join(' '), found);
}

void TestLists::onesOwnTasksAlone()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim mine = store->start("a");
    Submit theirs = submitOf("a", "t");
    theirs.user = UserId("ada"_ba);
    QVERIFY(store->write(theirs)->claim); // The same key, another user: another task.
    QCOMPARE(list(*store, {.user = localUser()}).tasks.size(), 1);
    QCOMPARE(list(*store, {.user = theirs.user}).tasks.size(), 1);
    QCOMPARE(store->write(Nudge{theirs.user, mine.fence.id.bytes()}).error().code,
             ErrorCode::NotFound);
    QCOMPARE(store->write(RequestStop{theirs.user, mine.fence.id.bytes(), {}}).error().code,
             ErrorCode::NotFound);
}

void TestLists::countsAreOfOneUserOrOfAll()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim stale = store->start("stale");
    QVERIFY(
        store->write(Beat{{{stale.fence, fixture.clock.now(), fixture.clock.monotonic()}}, false}));
    fixture.clock.advance(5s);
    store->start("live");
    Submit theirs = submitOf("theirs", "t");
    theirs.user = UserId("ada"_ba);
    QVERIFY(store->write(theirs)->claim);
    const auto counts = [&](const UserId &user) {
        return *(*store)->readNow([&user](Reader &reader) -> Expected<QByteArray> {
            QByteArray text;
            for (const StateCount &entry : *reader.countByState(user))
                text += toWire(entry.state) + '=' + QByteArray::number(entry.count) + ' ';
            return QByteArray(text + "stale="_ba + QByteArray::number(*reader.countStale(user)));
        });
    };
    QCOMPARE(counts(localUser()), "running=2 stale=1"_ba);
    QCOMPARE(counts(theirs.user), "running=1 stale=0"_ba);
    QCOMPARE(counts(UserId("nobody"_ba)), "stale=0"_ba);
    QCOMPARE(counts(UserId()), "running=3 stale=1"_ba);
}

void TestLists::readsGoByIndex()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    LockFile locks = *LockFile::open(fixture.path() + u"-lock"_s);
    const Judge judge{
        .locks = locks, .clock = fixture.clock, .self = 0, .bootId = {}, .staleAfter = 5s};
    Connection db = fixture.connection(Connection::Mode::ReadOnly);
    Trace trace(db);
    Reader reader(std::move(db), judge);
    const UserId user = localUser();
    for (const qint64 before : {0, 1'000'000}) {
        QVERIFY(reader.tasks({.user = user, .before = before}));
        QVERIFY(reader.tasks({.user = user, .state = TaskState::Completed, .before = before}));
        QVERIFY(reader.tasks({.user = user, .stale = true, .before = before}));
        QVERIFY(reader.tasks({.user = user, .stale = false, .before = before}));
        QVERIFY(reader.tasks({.user = user, .name = "t", .before = before}));
        QVERIFY(reader.tasks({.user = user, .text = u"x"_s, .before = before}));
    }
    QVERIFY(reader.task(user, claim.fence.id.bytes()));
    QVERIFY(!reader.task(user, "nobody"));
    QVERIFY(reader.taskByKey(user, IdempotencyKey("a"_ba)));
    QVERIFY(reader.events(user, "a", 0, 10));
    QVERIFY(reader.events(claim.fence.id, 1, 10));
    const auto all = reader.events(user, "a", 0, 10);
    const auto cut = reader.events(user, "a", 0, 10, 1);
    QVERIFY(all && all->events.size() > 1 && !all->more);
    QVERIFY(cut && cut->events.size() == 1 && cut->more);
    QVERIFY(reader.eventsAfterPosition(user, 0, 10));
    QVERIFY(reader.eventsAfterPosition({}, 0, 10));
    QVERIFY(reader.eventsAfterPosition({}, 0, 1));
    QVERIFY(reader.lastPosition());
    QVERIFY(reader.steps(claim.fence.num));
    QVERIFY(reader.steps(user, "a"));
    QVERIFY(reader.nextWake());
    QVERIFY(reader.countByState(user));
    QVERIFY(reader.countStale(user));
    QVERIFY(reader.countQueued());
    QVERIFY(reader.hasReady({{"t"_ba, {1}}}, true));
    QVERIFY(reader.liveWorkers());
    QVERIFY(trace.statements.size() > 20);
    Connection explain = fixture.connection();
    QStringList slow = slowSteps(explain, trace.statements);
    // A task's steps are sorted by their start: they are few, and its own.
    slow.removeIf([](const QString &step) {
        return step.contains("FROM steps WHERE task = ?"_L1) || isSortingOfTheReady(step);
    });
    QVERIFY2(slow.isEmpty(), qPrintable(slow.join(u'\n')));
}

void TestLists::claimsGoByIndex()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    LockFile locks = *LockFile::open(fixture.path() + u"-lock"_s);
    const Judge judge{
        .locks = locks, .clock = fixture.clock, .self = 1, .bootId = {}, .staleAfter = 5s};
    const Drivable drivable{{"t", {1}}};
    Connection db = fixture.connection();
    Trace trace(db);
    Admission admission({}, fixture.clock);
    WriteContext context{db, judge, drivable, admission};
    const LockFile turn = fixture.turn();
    db.execute("BEGIN IMMEDIATE");
    QVERIFY(ClaimReady{}.apply(context));
    QVERIFY(submitOf("b", "t").apply(context));
    QVERIFY(submitOf("b", "t").apply(context));
    QVERIFY(Nudge({localUser(), "a"_ba}).apply(context));
    QVERIFY(attemptWrite(claim.fence, {tickEvent(1)}, stepNamed(u"s"_s), {"s#1"}).apply(context));
    QVERIFY(Beat({{{claim.fence, {}, {}}}, false}).apply(context));
    QVERIFY(FinishAttempt({claim.fence, TaskState::Completed, {"completed", "{}"}, "1"})
                .apply(context));
    db.execute("COMMIT");
    QVERIFY(!db.hasFailed());
    Connection explain = fixture.connection();
    QStringList slow = slowSteps(explain, trace.statements);
    slow.removeIf(isSortingOfTheReady);
    QVERIFY2(slow.isEmpty(), qPrintable(slow.join(u'\n')));
}

void TestLists::actionsGoByIndex()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const UserId user = localUser();
    const Claim stopped = store->start("stopped");
    const Claim suspended = store->start("suspended");
    QVERIFY(store->write(attemptWrite(stopped.fence, {}, stepNamed(u"s"_s), {})));
    LockFile locks = *LockFile::open(fixture.path() + u"-lock"_s);
    const Judge judge{
        .locks = locks, .clock = fixture.clock, .self = 1, .bootId = {}, .staleAfter = 5s};
    const Drivable drivable{{"t", {1}}};
    Connection db = fixture.connection();
    Trace trace(db);
    Admission admission({}, fixture.clock);
    WriteContext context{db, judge, drivable, admission};
    const LockFile turn = fixture.turn();
    db.execute("BEGIN IMMEDIATE");
    QVERIFY(RequestStop({user, "stopped", u"x"_s}).apply(context));
    QVERIFY(
        FinishAttempt({stopped.fence, TaskState::Cancelled, {"cancelled", "{}"}}).apply(context));
    QVERIFY(TakeUp({user, "stopped", true}).apply(context));
    QVERIFY(Fork({user, "stopped", u"s"_s}).apply(context));
    QVERIFY(RequestSuspend({user, "suspended", u"x"_s}).apply(context));
    QVERIFY(
        FinishAttempt({suspended.fence, TaskState::Suspended, {"suspended", "{}"}}).apply(context));
    QVERIFY(TakeUp({user, "suspended", false}).apply(context));
    QVERIFY(FinishAttempt({{suspended.fence.id, suspended.fence.num, 2},
                           TaskState::Completed,
                           {"completed", "{}"}})
                .apply(context));
    QVERIFY(Remove({user, "suspended"}).apply(context));
    db.execute("COMMIT");
    QVERIFY(!db.hasFailed());
    QVERIFY(trace.statements.size() > 30);
    Connection explain = fixture.connection();
    QStringList slow = slowSteps(explain, trace.statements);
    // A fork puts its own task's steps into the order of their commits.
    slow.removeIf(
        [](const QString &step) { return step.contains("FROM steps WHERE task = ?"_L1); });
    QVERIFY2(slow.isEmpty(), qPrintable(slow.join(u'\n')));
}

void TestLists::looksOfTheWriterGoByIndex()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    LockFile locks = *LockFile::open(fixture.path() + u"-lock"_s);
    const Judge judge{
        .locks = locks, .clock = fixture.clock, .self = 1, .bootId = {}, .staleAfter = 5s};
    const Drivable drivable{{"t", {1}}};
    Connection db = fixture.connection();
    Trace trace(db);
    OthersCommits others(db);
    QVERIFY(store->write(attemptWrite(claim.fence, {tickEvent(1)}, stepNamed(u"s"_s), {})));
    QCOMPARE(others.look(db, 1).events.size(), 1);
    Admission admission({}, fixture.clock);
    WriteContext context{db, judge, drivable, admission};
    context.events = store->log(claim.fence.id);
    context.events.first().seq += 100; // So that it looks for each of them.
    QVERIFY(UnsureBatch({}, context).isIn(db));
    context.events.clear();
    QVERIFY(!UnsureBatch({}, context).isIn(db));
    context.steps << StepMark{claim.fence.num, "s#1"};
    QVERIFY(UnsureBatch({}, context).isIn(db));
    const LockFile turn = fixture.turn();
    db.execute("BEGIN IMMEDIATE");
    showLife(db, judge);
    QVERIFY(registerWorker(db, locks, fixture.clock, thisProcess(), true, 1) > 0);
    db.execute("COMMIT");
    QVERIFY(!db.hasFailed());
    Connection explain = fixture.connection();
    const QStringList slow = slowSteps(explain, trace.statements);
    QVERIFY2(slow.isEmpty(), qPrintable(slow.join(u'\n')));
}

void TestLists::heartbeatIsOneStatement()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    for (int i = 0; i < 20; ++i)
        store->start("k" + QByteArray::number(i)); // However many tasks it drives.
    LockFile locks = *LockFile::open(fixture.path() + u"-lock"_s);
    const Judge judge{
        .locks = locks, .clock = fixture.clock, .self = 1, .bootId = {}, .staleAfter = 5s};
    const Drivable drivable;
    Connection db = fixture.connection();
    Trace trace(db);
    Admission admission({}, fixture.clock);
    WriteContext context{db, judge, drivable, admission};
    QVERIFY(Beat{}.apply(context));
    QCOMPARE(trace.statements.size(), 1);
    QVERIFY(trace.statements.first().startsWith("UPDATE workers"));
    QCOMPARE(db.changes(), 1);
}

void TestLists::undrivableTasksStarveNobody()
{
    StoreFixture fixture;
    StoreConfig config = fixture.config();
    {
        config.drivable = {{"t", {1}}, {"unknown", {1}}};
        const auto former = StoreFixture::open(config, fixture.clock);
        for (int i = 0; i < 8; ++i)
            QVERIFY(former->write(submitOf("u" + QByteArray::number(i), "unknown"))->claim);
        Submit newer = submitOf("newer", "t");
        newer.definitionVersion = 2;
        QVERIFY(former->write(newer)->claim);
        QVERIFY(former->write(submitOf("mine", "t"))->claim);
    } // Its worker is gone: all of them are stale.
    config.drivable = {{"t", {1}}};
    const auto store = StoreFixture::open(config, fixture.clock);
    const auto claims = store->write(ClaimReady{.limit = 4});
    QVERIFY(claims);
    QCOMPARE(claims->size(), 1);
    QCOMPARE(claims->first().task.key.bytes(), "mine"_ba);
}

void TestLists::undrivableTasksAreNothingToDo()
{
    StoreFixture fixture;
    {
        StoreConfig config = fixture.config();
        config.drivable = {{"unknown", {1}}};
        QVERIFY(StoreFixture::open(config, fixture.clock)->write(submitOf("u", "unknown"))->claim);
    }
    const auto store = fixture.open();
    const auto ready = [&store] {
        return *(*store)->readNow(
            [](Reader &reader) { return reader.hasReady({{"t"_ba, {1}}}, true); });
    };
    QVERIFY(!ready()); // Otherwise each look would ask for the writer's turn, for ever.
    // But one that was asked to stop is cancelled by whoever sees it.
    fixture.connection().execute("UPDATE tasks SET stop_requested = 1");
    QVERIFY(ready());
    QVERIFY(store->write(ClaimReady{}));
    QCOMPARE(fixture.number("SELECT count(*) FROM tasks WHERE state = 'cancelled'"), 1);
}

QTEST_GUILESS_MAIN(TestLists)
#include "tst_lists.moc"
