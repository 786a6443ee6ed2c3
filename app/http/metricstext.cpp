// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/metricstext.h"

namespace Kintsugi {

namespace {

QByteArray escaped(QByteArray value)
{
    return value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
}

} // namespace

MetricsText &MetricsText::family(QByteArrayView name, QByteArrayView type, QByteArrayView help)
{
    m_name = name;
    m_text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    m_text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return *this;
}

MetricsText &MetricsText::counter(QByteArrayView name, QByteArrayView help)
{
    return family(name, "counter", help);
}

MetricsText &MetricsText::gauge(QByteArrayView name, QByteArrayView help)
{
    return family(name, "gauge", help);
}

MetricsText &MetricsText::sample(const QByteArray &number, const Labels &labels)
{
    m_text.append(m_name);
    char before = '{';
    for (const auto &[label, value] : labels) {
        m_text.append(before).append(label).append("=\"").append(escaped(value)).append('"');
        before = ',';
    }
    if (!labels.isEmpty())
        m_text.append('}');
    m_text.append(' ').append(number).append('\n');
    return *this;
}

MetricsText &MetricsText::sample(qint64 value, const Labels &labels)
{
    return sample(QByteArray::number(value), labels);
}

MetricsText &MetricsText::sample(quint64 value, const Labels &labels)
{
    return sample(QByteArray::number(value), labels);
}

} // namespace Kintsugi
