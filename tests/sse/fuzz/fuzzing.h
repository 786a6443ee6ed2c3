// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <cstdint>
#include <string_view>

/*! What the fuzz targets share. */
namespace Fuzzing {

/*! Fails the run, so that the fuzzer keeps the input. */
void want(bool condition, const char *sentence);

/*! An input: a few bytes that decide how it is used, and the rest. */
class Input
{
public:
    Input(const uint8_t *data, size_t size)
        : m_rest(reinterpret_cast<const char *>(data), qsizetype(size))
    {}

    /*! The next byte; 0 when there is none. */
    [[nodiscard]] uint8_t byte()
    {
        if (m_rest.isEmpty())
            return 0;
        const auto byte = uint8_t(m_rest.front());
        m_rest = m_rest.sliced(1);
        return byte;
    }
    /*! As many bytes as there are, at most that. */
    [[nodiscard]] QByteArrayView bytes(qsizetype count)
    {
        const QByteArrayView bytes = m_rest.first(qMin(count, m_rest.size()));
        m_rest = m_rest.sliced(bytes.size());
        return bytes;
    }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
};

/*! The ways in which an input is handed over: whole, byte by byte, and in pieces that \a seed
 * decides, empty ones among them. */
[[nodiscard]] QList<QList<QByteArrayView>> waysToCut(QByteArrayView bytes, uint32_t seed);

[[nodiscard]] inline std::string_view view(QByteArrayView bytes)
{
    return {bytes.data(), size_t(bytes.size())};
}

[[nodiscard]] inline QByteArray bytesOf(std::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

} // namespace Fuzzing
