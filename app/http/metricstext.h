// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>

#include <utility>

namespace Kintsugi {

/*! Writes metrics in Prometheus' text format 0.0.4: each family's HELP and TYPE, then its samples.
 */
class MetricsText
{
public:
    using Labels = QList<std::pair<QByteArrayView, QByteArray>>;

    static constexpr QByteArrayView kType = "text/plain; version=0.0.4; charset=utf-8";

    /*! Begins a family that only grows; its name ends in _total. */
    MetricsText &counter(QByteArrayView name, QByteArrayView help);
    MetricsText &gauge(QByteArrayView name, QByteArrayView help);
    /*! One of the family that was begun last. */
    MetricsText &sample(const QByteArray &number, const Labels &labels = {});
    MetricsText &sample(qint64 value, const Labels &labels = {});
    MetricsText &sample(quint64 value, const Labels &labels = {});
    MetricsText &sample(int value, const Labels &labels = {})
    {
        return sample(qint64(value), labels);
    }

    [[nodiscard]] const QByteArray &finish() const { return m_text; }

private:
    MetricsText &family(QByteArrayView name, QByteArrayView type, QByteArrayView help);

    QByteArrayView m_name;
    QByteArray m_text;
};

} // namespace Kintsugi
