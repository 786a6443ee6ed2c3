// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "tests/ui/fakeserver.h"
#include "ui/models/clientmodel.h"
#include "ui/models/words.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! One list of clients laid over another. */
class TestClientModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsAreLaidOverEachOther();
    void whatStaysTheSameIsNotTold();
    void backlogCountsWhatIsKnown();
    void sinceAnotherDayShowsTheDay();
    void strangersTextIsHarmless_data();
    void strangersTextIsHarmless();
    void toolTipIsNoHtml();
};

namespace {

const Timestamp kNow = *fromIso8601("2026-11-23T09:10:00.000Z");

Client clientOf(quint64 id, qint64 sent = 0)
{
    Client client;
    client.id = id;
    client.peer = u"127.0.0.1:%1"_s.arg(id);
    client.sentBytes = sent;
    client.since = kNow;
    return client;
}

std::optional<Seq> unknown(const TaskId &)
{
    return {};
}

QList<quint64> idsOf(const ClientModel &model)
{
    QList<quint64> ids;
    for (int row = 0; row < model.rowCount(); ++row)
        ids << model.clientAt(row)->id;
    return ids;
}

} // namespace

void TestClientModel::listsAreLaidOverEachOther()
{
    ClientModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy reset(&model, &ClientModel::modelReset);
    QRandomGenerator random(7);
    QList<QPersistentModelIndex> kept;
    for (int round = 0; round < 300; ++round) {
        QList<Client> clients;
        for (quint64 id = 40; id > 0; --id) {
            if (random.bounded(3) > 0)
                clients << clientOf(id, random.bounded(2));
        }
        const QHash<quint64, QPersistentModelIndex> before = [&] {
            QHash<quint64, QPersistentModelIndex> all;
            for (int row = 0; row < model.rowCount(); ++row)
                all.insert(model.clientAt(row)->id, model.index(row, 0));
            return all;
        }();
        model.setClients(clients, unknown, kNow);
        QList<quint64> ids;
        for (const Client &client : std::as_const(clients)) {
            ids << client.id;
            QCOMPARE(*model.clientAt(int(ids.size()) - 1), client);
            if (before.contains(client.id))
                QCOMPARE(before.value(client.id).row(), int(ids.size()) - 1);
        }
        QCOMPARE(idsOf(model), ids);
    }
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(reset.count(), 0);
}

void TestClientModel::whatStaysTheSameIsNotTold()
{
    ClientModel model;
    model.setClients({clientOf(3), clientOf(2), clientOf(1)}, unknown, kNow);
    QSignalSpy changed(&model, &ClientModel::dataChanged);
    QSignalSpy inserted(&model, &ClientModel::rowsInserted);
    QSignalSpy removed(&model, &ClientModel::rowsRemoved);
    model.setClients({clientOf(3), clientOf(2, 10), clientOf(1)}, unknown, kNow);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().first().toModelIndex().row(), 1);
    QCOMPARE(inserted.count() + removed.count(), 0);
}

void TestClientModel::backlogCountsWhatIsKnown()
{
    ClientModel model;
    const Task task = taskOf(1, TaskState::Running);
    Client reader = clientOf(2);
    reader.task = task.id;
    reader.lastId = 7;
    reader.waitingBytes = 2'500;
    const auto lastSeqOf = [&task](const TaskId &id) {
        return id == task.id ? std::optional<Seq>(12) : std::nullopt;
    };
    model.setClients({reader, clientOf(1)}, lastSeqOf, kNow);
    const auto text = [&model](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, ClientModel::WaitingColumn), u"2.5 kB"_s);
    QCOMPARE(text(0, ClientModel::BehindColumn), u"5"_s);
    QCOMPARE(text(1, ClientModel::WaitingColumn), u"0 bytes"_s);
    QCOMPARE(text(1, ClientModel::BehindColumn), u"–"_s);
    const auto isSlow = [&model](int row, int column) {
        return model.index(row, column).data(ClientModel::SlowRole).toBool();
    };
    QVERIFY(isSlow(0, ClientModel::WaitingColumn) && !isSlow(0, ClientModel::SentColumn));
    QVERIFY(!isSlow(1, ClientModel::WaitingColumn));
    // The window may know less than the server: nobody is ahead of the log.
    reader.lastId = 15;
    model.setClients({reader, clientOf(1)}, lastSeqOf, kNow);
    QCOMPARE(text(0, ClientModel::BehindColumn), u"0"_s);
}

void TestClientModel::sinceAnotherDayShowsTheDay()
{
    ClientModel model;
    Client old = clientOf(1);
    old.since = kNow - std::chrono::hours(48);
    model.setClients({clientOf(2), old}, unknown, kNow);
    const auto since = [&model](int row) {
        return model.index(row, ClientModel::SinceColumn).data().toString();
    };
    QCOMPARE(since(0), Words::clock(kNow).chopped(4));
    QCOMPARE(since(1),
             QString(Words::date(old.since).sliced(5) + u' ' + Words::clock(old.since).chopped(7)));
}

void TestClientModel::strangersTextIsHarmless_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"Mozilla/5.0 (X11; Linux) é 日本"_s
                           << u"Mozilla/5.0 (X11; Linux) é 日本"_s;
    QTest::newRow("controls") << u"a\tb\x1b[31mc\nd\x7f"_s << u"a\ufffdb\ufffd[31mc\ufffdd\ufffd"_s;
    QTest::newRow("direction") << u"safe\u202eexe.txt\u2066"_s << u"safe\ufffdexe.txt\ufffd"_s;
    QTest::newRow("line separators") << u"a\u2028b\u2029c"_s << u"a\ufffdb\ufffdc"_s;
    QTest::newRow("half a surrogate")
        << QString(u'a' + QString(QChar(0xd800)) + u'b') << u"a\ufffdb"_s;
    QTest::newRow("beyond the basic plane") << u"😀"_s << u"😀"_s;
    QTest::newRow("nothing") << QString() << QString();
}

void TestClientModel::strangersTextIsHarmless()
{
    QFETCH(QString, said);
    QFETCH(QString, shown);
    QCOMPARE(Words::printable(said), shown);
}

void TestClientModel::toolTipIsNoHtml()
{
    ClientModel model;
    Client client = clientOf(1);
    client.agent = u"<img src='file:///x'><b>bold"_s;
    model.setClients({client}, unknown, kNow);
    const QString tip = model.index(0, ClientModel::AgentColumn).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(u"&lt;img"_s) && !tip.contains(u"<img"_s), qPrintable(tip));
    QCOMPARE(model.index(0, ClientModel::AgentColumn).data().toString(), client.agent);
}

QTEST_GUILESS_MAIN(TestClientModel)
#include "tst_clientmodel.moc"
