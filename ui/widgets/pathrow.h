// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/place.h"

class QHBoxLayout;

namespace narscope::ui {

class TextLabel;

/// «/nix/store/9q2xk5vb…-openssh-10.3p1», whole on hover and when copied, and what can be done with it.
class PathRow : public QWidget {
    Q_OBJECT
public:
    explicit PathRow(QWidget *parent = nullptr);
    /// A store path or .drv path. Actions that do not fit are not shown.
    void setPath(const QString &path, const SubjectActions &actions);
    [[nodiscard]] QString path() const;

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    SubjectActions m_actions;
    TextLabel *m_text;
    QHBoxLayout *m_links;
};

/// The hash cut to its first eight characters: «/nix/store/9q2xk5vb…-openssh-10.3p1», or the same without folder.
[[nodiscard]] QString shortPath(const QString &storePath);
/// «9q2xk5vb…-openssh-10.3p1».
[[nodiscard]] QString shortPathName(const QString &storePath);

} // namespace narscope::ui
