// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/values.h"
#include "settings/settings.h"

#include <QWidget>

class QSpinBox;

namespace narscope::ui {

class TextLabel;

/// How long what was seen is kept.
class HistoryPage : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPage(settings::Settings &settings, QWidget *parent = nullptr);

    void setSize(const QString &text);

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QSpinBox *number(
        const QString &name, int settings::Keeping::*value, const QString &unit, const QString &none);

    settings::Settings &m_settings;
    TextLabel *m_size;
};

[[nodiscard]] history::Retention retentionOf(const settings::Keeping &keeping);
/// «History: 412 MiB, of which builds 300 MiB since 21 Nov 2024».
[[nodiscard]] QString sizeText(const history::HistorySize &size, qint64 now);

} // namespace narscope::ui
