// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTableView>

namespace Kintsugi {

class Theming;

/*! A table as it stands below the picture: flat rows, whole rows chosen, small muted titles.
 *
 *  Thread: main. Cells are drawn by a CellDelegate; the titles by FlatHeader.
 */
class FlatTable final : public QTableView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlatTable)

public:
    FlatTable(Theming &theming, const QString &name, const QString &accessibleName,
              QWidget *parent = nullptr);
    ~FlatTable() override;

    /*! Swaps the model and throws the old selection model away. */
    void present(QAbstractItemModel *model);
    [[nodiscard]] qint64 chosenCount() const; //!< Rows; quick however many they are.
    [[nodiscard]] int chosenRow() const; //!< -1 unless it is a single one.
    /*! From the first column, at scale 1; they grow with the scale. */
    void setWidths(std::initializer_list<int> pixels);

Q_SIGNALS:
    void copyWanted(); //!< Ctrl+C.
    void deleteWanted(); //!< The Delete key.
    void scrolledByHand(bool atEnd);
    void restyled(); //!< Rows have their height again.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void restyle();

    Theming &m_theming;
    double m_scale; //!< Of the columns' widths.
};

} // namespace Kintsugi
