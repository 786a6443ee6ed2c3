// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace Kintsugi {

/*! SIGINT and SIGTERM as a Qt signal; a second one ends the process at once with 130.
 *
 *  One per process. Thread: the one it was made in, which needs an event loop.
 */
class ExitSignals final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ExitSignals)

public:
    explicit ExitSignals(QObject *parent = nullptr);
    ~ExitSignals() override;

    /*! Whether one has come, also one that nobody was connected for. */
    [[nodiscard]] static bool wasRequested();

Q_SIGNALS:
    void requested(int signal);

private:
    int m_fds[2] = {-1, -1};
    QSocketNotifier *m_notifier = nullptr;
};

} // namespace Kintsugi
