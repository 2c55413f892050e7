// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/document.h"
#include "ui/logs/shownline.h"

#include <QSet>
#include <QTimer>

namespace narscope::ui {

/// The lines around what is in view, read and cooked on a pool. The GUI thread never waits: a line that is not there
/// yet is asked for and announced when it came. GUI thread.
class LineCache : public QObject {
    Q_OBJECT
public:
    /// The pool should have no long work to do: a frame waits for it.
    explicit LineCache(QThreadPool &pool, QObject *parent = nullptr);

    /// Null for none; it must outlive its use here.
    void setDocument(const log::Document *document);
    /// What is asked for from here on stays until the next frame; what was not asked for lately goes first.
    void beginFrame() { ++m_frame; }
    /// Null when it is not there yet; then, and when what is there is old, it is fetched.
    [[nodiscard]] ShownLine *line(log::Line line);
    /// What is there, without fetching.
    [[nodiscard]] const ShownLine *peek(log::Line line) const;
    /// Another highlighter: what it said of lines is forgotten.
    void forgetColours();

Q_SIGNALS:
    void filled();
    void failed(const narscope::Problem &problem);

private:
    struct Chunk {
        std::vector<ShownLine> lines;
        std::shared_ptr<const log::Search> search;
        qint64 indexed = 0; ///< bytes of the log that were known
        bool isLast = false; ///< the log ended in it
        qsizetype memory = 0; ///< bytes, about
        quint64 frame = 0; ///< of its last use
        std::optional<Problem> problem;
    };
    [[nodiscard]] bool isOld(const Chunk &chunk) const;
    void keep(qint64 number, Chunk chunk);
    Task<void> fetch(qint64 number);

    QThreadPool &m_pool;
    const log::Document *m_document = nullptr;
    std::map<qint64, Chunk> m_chunks;
    qsizetype m_memory = 0;
    quint64 m_frame = 0;
    QSet<qint64> m_pending;
    std::optional<Problem> m_problem; ///< still to be said
    QTimer m_saying;
    Scope m_scope;
};

} // namespace narscope::ui
