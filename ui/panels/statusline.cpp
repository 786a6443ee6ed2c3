// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/statusline.h"

#include "ui/answers.h"
#include "ui/models/words.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QLocale>
#include <QPainter>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

StatusLine::StatusLine(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_storeIcon(new QLabel(this))
    , m_store(new Label(theming, FontRole::Small, Label::Ink::Muted, tr("Opening the store"), this))
    , m_running(new Label(theming, FontRole::Small, Label::Ink::Muted, {}, this))
    , m_commits(new Label(theming, FontRole::Small, Label::Ink::Muted, {}, this))
    , m_testIcon(new QLabel(this))
    , m_test(new Label(theming, FontRole::Small, Label::Ink::Muted, tr("Test mode"), this))
    , m_dot(new QLabel(this))
    , m_url(new Label(theming, FontRole::Small, Label::Ink::Muted, {}, this))
    , m_clients(new FlatButton(theming, FlatButton::Kind::Link, {}, {}, this))
{
    setObjectName(u"statusLine"_s);
    setAccessibleName(tr("Status"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(6);
    row->addWidget(m_storeIcon);
    row->addWidget(m_store);
    row->addSpacing(18);
    row->addWidget(m_running);
    row->addSpacing(10);
    row->addWidget(m_commits);
    row->addStretch(1);
    row->addWidget(m_testIcon);
    row->addWidget(m_test);
    row->addSpacing(18);
    row->addWidget(m_dot);
    row->addWidget(m_url);
    row->addSpacing(10);
    row->addWidget(m_clients);
    m_store->setObjectName(u"storeStatus"_s);
    m_running->setObjectName(u"runningStatus"_s);
    m_commits->setObjectName(u"commitStatus"_s);
    m_url->setObjectName(u"urlStatus"_s);
    m_url->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_test->setToolTip(tr("Crash is possible; KINTSUGI_ENV=production turns it off"));
    m_testIcon->hide();
    m_test->hide();
    m_clients->setObjectName(u"clientsStatus"_s);
    connect(m_clients, &FlatButton::clicked, this, &StatusLine::clientsWanted);
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, &StatusLine::poll);
    connect(&theming, &Theming::changed, this, &StatusLine::restyle);
    restyle();
    setServer({});
}

StatusLine::~StatusLine() = default;

void StatusLine::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_lastCommits = -1;
    m_asking = false;
    const bool test = workbench && workbench->port().testMode();
    m_test->setVisible(test);
    m_testIcon->setVisible(test);
    if (!workbench) {
        m_timer.stop();
        return;
    }
    connect(&workbench->tasks(), &TaskModel::countsChanged, m_running,
            [this](const TaskCounts &counts) {
                m_running->setText(tr("%Ln running", nullptr, counts.running));
            });
    m_running->setText(tr("%Ln running", nullptr, workbench->tasks().counts().running));
    m_timer.start();
    poll();
}

void StatusLine::poll()
{
    if (m_asking || !m_workbench)
        return;
    m_asking = true;
    whenAnswered(m_workbench->port().status(), this, [this](const EngineStatus &status) {
        m_asking = false;
        if (m_workbench)
            take(status);
    });
}

void StatusLine::take(const EngineStatus &status)
{
    const Monotonic now = m_clock.monotonic();
    const double seconds = std::chrono::duration<double>(now - m_lastAt).count();
    const qint64 rate = m_lastCommits < 0 || seconds < 0.2
        ? 0
        : qRound64(double(status.commits - m_lastCommits) / seconds);
    m_lastCommits = status.commits;
    m_lastAt = now;
    m_store->setText(
        tr("SQLite %1 %2")
            .arg(QFileInfo(status.storePath).fileName(), Words::bytes(status.storeBytes)));
    m_store->setToolTip(status.storePath);
    m_commits->setText(
        tr("%1 commits/s, p99 %2 ms", "transactions a second; the slowest hundredth takes so long")
            .arg(QLocale().toString(rate),
                 QLocale().toString(double(status.commitP99.count()) / 1000, 'f', 1)));
    const QString problem = status.writable ? QString() : status.storageProblem;
    if (problem != m_problem) {
        m_problem = problem;
        Q_EMIT storeProblem(problem);
    }
}

void StatusLine::setServer(const ServerStatus &server)
{
    m_server = server;
    const bool up = !server.url.isEmpty();
    m_url->setText(up                             ? server.url.toString(QUrl::StripTrailingSlash)
                       : server.problem.isEmpty() ? tr("server off")
                                                  : server.problem);
    m_clients->setVisible(up);
    QString clients = tr("%Ln client(s)", nullptr, server.clients);
    if (server.dropped > 0)
        //: Follows a number of clients.
        clients += tr(", %Ln dropped", nullptr, int(server.dropped));
    m_clients->setText(clients);
    m_clients->setAccessibleName(m_clients->text());
    m_clients->setToolTip(tr("Who reads events now"));
    m_clients->updateGeometry();
    restyle();
}

void StatusLine::restyle()
{
    const Palette &colors = m_theming.palette();
    setFixedHeight(m_theming.px(26));
    const auto pixmap = [&](QStringView name, const QColor &color) {
        return Icons::pixmap(name, m_theming.px(14), color, devicePixelRatioF());
    };
    m_storeIcon->setPixmap(pixmap(u"database", colors.muted));
    m_testIcon->setPixmap(pixmap(u"crash", colors.crack));
    const QColor light = !m_server.url.isEmpty() ? colors.done
        : !m_server.problem.isEmpty()            ? colors.stale
                                                 : colors.muted;
    const int side = m_theming.px(10);
    QPixmap dot(QSize(side, side) * devicePixelRatioF());
    dot.setDevicePixelRatio(devicePixelRatioF());
    dot.fill(Qt::transparent);
    QPainter painter(&dot);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(light);
    painter.drawEllipse(QRectF(1, 1, side - 2, side - 2));
    painter.end();
    m_dot->setPixmap(dot);
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), m_theming.palette().line);
}

} // namespace Kintsugi
