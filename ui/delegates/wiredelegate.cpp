// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/delegates/wiredelegate.h"

#include "ui/models/wiremodel.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Kintsugi {

using namespace Qt::StringLiterals;

WireDelegate::WireDelegate(Theming &theming, QObject *parent)
    : CellDelegate(theming, parent)
{}

WireDelegate::~WireDelegate() = default;

int WireDelegate::linesOf(const QModelIndex &index)
{
    switch (index.data(WireModel::KindRole).value<WireModel::Kind>()) {
    case WireModel::Kind::Beginning:
        return int(index.data(WireModel::BytesRole).toByteArray().count('\n'));
    case WireModel::Kind::Frame:
        return kFrameLines;
    case WireModel::Kind::Comment:
    case WireModel::Kind::End:
        break;
    }
    return 2;
}

void WireDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Palette &colors = m_theming.palette();
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option);
    const auto kind = index.data(WireModel::KindRole).value<WireModel::Kind>();
    QRect rect = inner(option.rect);
    rect.setHeight(m_theming.px(kLineHeight));
    const auto next = [&] { rect.translate(0, m_theming.px(kLineHeight)); };
    const auto muted = [&](const QString &line) {
        paintText(*painter, rect, line, FontRole::Mono, colors.muted, Qt::AlignLeft);
        next();
    };
    const QByteArray bytes = index.data(WireModel::BytesRole).toByteArray();
    switch (kind) {
    case WireModel::Kind::Comment:
        muted(u": keep-alive"_s);
        muted(index.data().toString());
        break;
    case WireModel::Kind::End:
        muted(index.data().toString());
        break;
    case WireModel::Kind::Beginning:
    case WireModel::Kind::Frame: {
        // Until the blank line in the beginning it is HTTP, then it is the stream.
        bool isHead = kind == WireModel::Kind::Beginning;
        for (qsizetype from = 0, end = bytes.indexOf('\n'); end >= 0;
             from = end + 1, end = bytes.indexOf('\n', from)) {
            // A payload may be a megabyte: what cannot be seen is not decoded.
            constexpr qsizetype kSeen = 2400;
            const QString line =
                QString::fromUtf8(bytes.sliced(from, qMin(end - from, kSeen))).trimmed();
            const bool isBlank = line.isEmpty();
            if (isHead) {
                muted(line);
            } else {
                const bool isGold =
                    line.startsWith("event: "_L1) && index.data(WireModel::GoldRole).toBool();
                paintField(*painter, rect, line, isGold ? colors.goldText : colors.text);
                next();
            }
            isHead = isHead && !isBlank;
        }
        break;
    }
    }
    painter->restore();
}

void WireDelegate::paintField(QPainter &painter, const QRect &rect, const QString &line,
                              const QColor &color) const
{
    const qsizetype value = line.indexOf(u": "_s) + 2;
    if (value < 2)
        return;
    const QString name = line.first(value);
    paintText(painter, rect, name, FontRole::Mono, m_theming.palette().muted, Qt::AlignLeft);
    const int width = QFontMetrics(m_theming.font(FontRole::Mono)).horizontalAdvance(name);
    const QRect room = rect.adjusted(width, 0, 0, 0);
    if (room.width() > 0)
        paintText(painter, room, line.sliced(value),
                  name == "id: "_L1 ? FontRole::MonoStrong : FontRole::Mono, color, Qt::AlignLeft);
}

} // namespace Kintsugi
