// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDirIterator>
#include <QFontMetricsF>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestPalette final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsCanBeRead_data();
    void wordsCanBeRead();
    void linesCanBeSeen_data();
    void linesCanBeSeen();
    void attemptsComeRound();
    void coloursLiveInThePaletteAlone();
    void choiceSetsTheWholePalette();
    void scaleIsBounded();
    void digitsAreEquallyWide_data();
    void digitsAreEquallyWide();
    void everyIconIsDrawnInItsColour();
};

void TestPalette::wordsCanBeRead_data()
{
    QTest::addColumn<QColor>("words");
    QTest::addColumn<QColor>("ground");
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        const Palette p = Palette::load(theme);
        const char *name = theme == Theme::Light ? "light" : "dark";
        const std::pair<const char *, QColor> words[] = {
            {"text", p.text},          {"muted", p.muted},   {"gold", p.goldText},
            {"crack", p.crack},        {"run", p.running},   {"stale", p.stale},
            {"done", p.done},          {"failed", p.failed}, {"idle", p.idle},
            {"suspended", p.suspended}};
        const std::pair<const char *, QColor> grounds[] = {{"window", p.window},
                                                           {"panel", p.panel},
                                                           {"raised", p.raised},
                                                           {"field", p.field},
                                                           {"selection", p.selection}};
        for (const auto &[word, color] : words) {
            for (const auto &[ground, under] : grounds)
                QTest::addRow("%s: %s on %s", name, word, ground) << color << under;
        }
        QTest::addRow("%s: gold on cached", name) << p.goldText << p.cachedFill;
        QTest::addRow("%s: text on cached", name) << p.text << p.cachedFill;
        QTest::addRow("%s: muted on cached", name) << p.muted << p.cachedFill;
        QTest::addRow("%s: stale on amber", name) << p.stale << p.amberFill;
        QTest::addRow("%s: muted on amber", name) << p.muted << p.amberFill;
        QTest::addRow("%s: gold on amber", name) << p.goldText << p.amberFill;
        QTest::addRow("%s: done on green", name) << p.done << p.greenFill;
        QTest::addRow("%s: muted on green", name) << p.muted << p.greenFill;
        QTest::addRow("%s: gold on green", name) << p.goldText << p.greenFill;
        QTest::addRow("%s: running on blue", name) << p.running << p.blueFill;
        QTest::addRow("%s: muted on blue", name) << p.muted << p.blueFill;
        QTest::addRow("%s: stale on blue", name) << p.stale << p.blueFill;
        QTest::addRow("%s: filled button", name) << p.onRunningBtn << p.runningBtn;
        QTest::addRow("%s: gold pill", name) << p.onSeam << p.seam;
        for (int attempt = 1; attempt <= 6; ++attempt) {
            QTest::addRow("%s: on attempt %d", name, attempt) << p.onAttempt << p.attempt(attempt);
            QTest::addRow("%s: on the current cell of attempt %d", name, attempt)
                << p.text << mixed(p.attempt(attempt), p.raised, 0.2);
        }
    }
}

void TestPalette::wordsCanBeRead()
{
    QFETCH(QColor, words);
    QFETCH(QColor, ground);
    const double ratio = contrastRatio(words, ground);
    QVERIFY2(ratio >= 4.5, qPrintable(QString::number(ratio)));
}

void TestPalette::linesCanBeSeen_data()
{
    QTest::addColumn<QColor>("line");
    QTest::addColumn<QColor>("ground");
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        const Palette p = Palette::load(theme);
        const char *name = theme == Theme::Light ? "light" : "dark";
        QTest::addRow("%s: crack", name) << p.crack << p.panel;
        QTest::addRow("%s: seam", name) << (theme == Theme::Light ? p.seamLo : p.seam) << p.panel;
        QTest::addRow("%s: focus", name) << p.selectionLine << p.panel;
        for (int attempt = 1; attempt <= 6; ++attempt)
            QTest::addRow("%s: attempt %d", name, attempt) << p.attempt(attempt) << p.panel;
    }
}

void TestPalette::linesCanBeSeen()
{
    QFETCH(QColor, line);
    QFETCH(QColor, ground);
    QVERIFY(contrastRatio(line, ground) >= 3);
}

void TestPalette::attemptsComeRound()
{
    const Palette p = Palette::load(Theme::Dark);
    QCOMPARE(p.attempt(7), p.attempt(1));
    QCOMPARE(p.attempt(12), p.attempt(6));
    QVERIFY(p.attempt(1) != p.attempt(2));
    QVERIFY(p.attempt(0).isValid());
    QCOMPARE(contrastRatio(Qt::white, Qt::black), 21.0);
}

void TestPalette::coloursLiveInThePaletteAlone()
{
    const QRegularExpression literal(u"\"#[0-9A-Fa-f]{3,8}\""_s);
    QDirIterator files(QStringLiteral(KINTSUGI_SOURCE_DIR "/ui"), {u"*.h"_s, u"*.cpp"_s},
                       QDir::Files, QDirIterator::Subdirectories);
    int seen = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        QVERIFY2(!literal.match(text).hasMatch(), qPrintable(file.fileName()));
        ++seen;
    }
    QVERIFY(seen > 20);
}

void TestPalette::choiceSetsTheWholePalette()
{
    Theming theming(*qApp);
    QVERIFY(!theming.reducedMotion()); // unless the desktop asks for it
    QSignalSpy changed(&theming, &Theming::changed);
    theming.setChoice(Theming::Choice::Dark);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(theming.theme(), Theme::Dark);
    const Palette dark = Palette::load(Theme::Dark);
    QCOMPARE(qApp->palette().color(QPalette::Window), dark.window);
    QCOMPARE(qApp->palette().color(QPalette::Disabled, QPalette::Text), dark.disabled);
    theming.setChoice(Theming::Choice::Dark);
    QCOMPARE(changed.size(), 1);
    theming.setChoice(Theming::Choice::Light);
    QCOMPARE(qApp->palette().color(QPalette::Base), Palette::load(Theme::Light).panel);
}

void TestPalette::scaleIsBounded()
{
    Theming theming(*qApp);
    theming.setScale(9);
    QCOMPARE(theming.scale(), Theming::kLargestScale);
    QCOMPARE(theming.px(10), 20);
    QCOMPARE(theming.font(FontRole::Body).pixelSize(), 26);
    theming.setScale(0.1);
    QCOMPARE(theming.scale(), Theming::kSmallestScale);
    theming.setScale(1);
    QCOMPARE(qApp->font().pixelSize(), 13);
}

void TestPalette::digitsAreEquallyWide_data()
{
    QTest::addColumn<FontRole>("role");
    QTest::newRow("small") << FontRole::Small;
    QTest::newRow("secondary") << FontRole::Secondary;
    QTest::newRow("strong") << FontRole::SecondaryStrong;
    QTest::newRow("ledger") << FontRole::LedgerNumber;
    QTest::newRow("card") << FontRole::CardTitle;
    QTest::newRow("mono") << FontRole::Mono;
}

void TestPalette::digitsAreEquallyWide()
{
    QFETCH(FontRole, role);
    const QFontMetricsF metrics(fontOf(role));
    const double one = metrics.horizontalAdvance(u'1');
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        QCOMPARE(metrics.horizontalAdvance(QChar(digit)), one);
}

void TestPalette::everyIconIsDrawnInItsColour()
{
    const Palette p = Palette::load(Theme::Light);
    QVERIFY(Icons::names().size() > 10);
    QVERIFY(Icons::pixmap(u"no-such-icon", 16, p.text).isNull());
    for (const QString &name : Icons::names()) {
        const QImage image = Icons::pixmap(name, 64, p.failed).toImage();
        bool any = false;
        bool tinted = false;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor at = image.pixelColor(x, y);
                any = any || at.alpha() > 0;
                tinted = tinted || at == p.failed;
            }
        }
        QVERIFY2(any, qPrintable(name));
        QVERIFY2(tinted == (name != u"kintsugi"), qPrintable(name));
    }
    QVERIFY(!Icons::applicationIcon().isNull());
}

QTEST_MAIN(TestPalette)
#include "tst_palette.moc"
