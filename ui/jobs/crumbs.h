// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"

#include <QWidget>

class QHBoxLayout;

namespace narscope::ui {

struct Crumb {
    QString text;
    std::optional<Subject> subject; ///< what it opens; nothing for where we are

    bool operator==(const Crumb &) const = default;
};

/// «nixpkgs › unstable › evaluation 1824991», and a word or link at the right.
class Crumbs : public QWidget {
    Q_OBJECT
public:
    explicit Crumbs(QWidget *parent = nullptr);
    void setCrumbs(const QList<Crumb> &path, const QList<Crumb> &right = {});

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

private:
    void add(const Crumb &crumb);

    QList<Crumb> m_path;
    QList<Crumb> m_right;
    QHBoxLayout *m_row;
};

} // namespace narscope::ui
