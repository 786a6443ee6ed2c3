// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QUrl>

#include <functional>

namespace Kintsugi {

/*! A run of a task on a server, for somebody to follow. */
struct FollowedRun
{
    QUrl server; //!< Without a path.
    QString id;
    QString name; //!< Of the definition.
    QByteArray input; //!< JSON.
};

/*! One kind of client: a program that follows a run through any number of deaths of its server.
 *
 *  It prints each event that its client hands out as one JSON line {"id","event","data"}, all
 * strings, flushed. It ends with 0 when the run has ended for that client, and was told so as the
 * client tells it; with anything else when the client gave up. On its stdin it gets a line each
 * time that the server is there again: one that connects again by itself does not read it.
 */
struct FollowerKind
{
    QString name;
    std::function<QStringList(const FollowedRun &)> command; //!< The program and its arguments.
};

/*! All kinds that are to be had on this machine. A new one is a new entry. */
[[nodiscard]] QList<FollowerKind> followerKinds();

/*! A follower at work: what it has seen so far. */
class Follower
{
    Q_DISABLE_COPY_MOVE(Follower)

public:
    Follower(const FollowerKind &kind, const FollowedRun &run);
    ~Follower(); //!< Kills it, if it still runs.

    [[nodiscard]] const QString &name() const { return m_name; }
    /*! The data of each event in the order of arrival. */
    [[nodiscard]] const QList<QByteArray> &seen() const { return m_seen; }
    /*! How many events of that type it has seen from that attempt. */
    [[nodiscard]] qsizetype count(QByteArrayView type, int attempt) const;
    [[nodiscard]] bool hasSeenTheEnd() const; //!< The last event it has seen is a terminal one.
    /*! What was wrong with a line of its own: no event, or one whose id and type are not those of
     * its data. */
    [[nodiscard]] const QString &fault() const { return m_fault; }
    [[nodiscard]] bool hasEnded() const { return m_process.state() == QProcess::NotRunning; }
    [[nodiscard]] int exitCode() const; //!< -1 when a signal has ended it.

    void tellServerIsBack();

private:
    void takeLines();
    void takeLine(const QByteArray &line);

    QString m_name;
    QProcess m_process;
    QByteArray m_rest; //!< The start of a line whose end has not come.
    QList<QByteArray> m_seen;
    QList<std::pair<QByteArray, int>> m_kinds; //!< The type and the attempt of each.
    QString m_fault;
};

} // namespace Kintsugi
