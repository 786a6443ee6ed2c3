// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/backend.h"

namespace Kintsugi {

/*! An engine in this process, on the store itself. */
class LocalBackend final : public Backend
{
    Q_OBJECT

public:
    explicit LocalBackend(std::unique_ptr<Engine> engine);
    ~LocalBackend() override = default;

    [[nodiscard]] Answer submit(const SubmitRequest &request) override;
    [[nodiscard]] Answer act(const Action &action) override;
    [[nodiscard]] QFuture<Expected<void>> remove(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer task(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer steps(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer events(const QByteArray &idOrKey, Seq after) override;
    [[nodiscard]] Answer tasks(const TaskQuery &query) override;
    void follow(const QByteArray &taskId) override;
    [[nodiscard]] bool isFarAway() const override { return false; }
    [[nodiscard]] bool drives(const QByteArray &action) const override;
    [[nodiscard]] QFuture<void> close() override;
    void takeRest() override;

private:
    void pull();
    void take(const QList<Event> &events);
    void confirmEnd();

    std::unique_ptr<Engine> m_engine;
    TaskRef m_followed;
    Seq m_lastSeq = 0;
    bool m_lastIsTerminal = false;
    bool m_isReading = false;
    bool m_hasGrown = false; //!< Since the reading began.
    Subscription m_subscription;
};

/*! A task page as the wire has it. */
[[nodiscard]] QByteArray toJson(const TaskPage &page);
/*! An event page as the wire has it. */
[[nodiscard]] QByteArray toJson(const EventPage &page);

} // namespace Kintsugi
