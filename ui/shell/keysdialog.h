// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/place.h"

#include <QDialog>

namespace narscope::ui {

/// `?`: all keys that work now: the window's, the actions', the place's.
class KeysDialog : public QDialog {
    Q_OBJECT
public:
    KeysDialog(const QStringList &places, const SubjectActions &actions, const QString &placeHint, QWidget *parent);
    [[nodiscard]] QString text() const { return m_text; } ///< as lines of «key, what»

private:
    QString m_text;
};

} // namespace narscope::ui
