// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/mainwindow.h"
#include "ui/shell/pipelinereport.h"

#include <QDir>
#include <QTimer>

namespace narscope::ui {

/// Draws the main views to files, one after the other, light and dark, in two sizes: waits for each place to be
/// settled, at most for a while, and paints it. Ends with finished().
class Screenshots : public QObject {
    Q_OBJECT
public:
    Screenshots(MainWindow &window, Appearance &appearance, QString folder, QObject *parent = nullptr);

    /// Views by what they show; a subject nobody shows is left out.
    void addView(const QString &name, const Subject &subject);
    void addPlaceView(const QString &place);
    void start();
    [[nodiscard]] int drawn() const { return m_drawn; }

Q_SIGNALS:
    void finished();

private:
    struct View {
        QString name;
        QString place; ///< of views of a whole place
        std::optional<Subject> subject;
    };
    struct Shot {
        View view;
        QSize size;
        settings::Theme theme;
    };
    void next();
    void look();
    void draw();

    MainWindow &m_window;
    Appearance &m_appearance;
    QDir m_folder;
    QList<View> m_views;
    QList<Shot> m_shots; ///< still to be drawn
    QTimer m_limit; ///< real time: a view that never settles is drawn as it is
    QTimer m_calm; ///< a settled place gets one more moment to lay itself out
    int m_drawn = 0;
};

} // namespace narscope::ui
