// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "base/task.h"
#include "log/lineindex.h"
#include "log/outline.h"
#include "log/search.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>

namespace narscope::log {

/// What is known of a log's lines at one moment. Immutable; any thread.
struct DocumentState {
    LineIndex index;
    std::vector<Phase> phases;
    bool isComplete = false; ///< nothing more will come, and all of it is indexed
};

/// A log that somebody looks at: indexes and outlines on the pool what its bytes have, and what they get. Belongs to
/// one thread with an event loop, the GUI's too; never blocks it.
class Document : public QObject {
    Q_OBJECT
public:
    Document(std::shared_ptr<const Bytes> bytes, QThreadPool &pool, QObject *parent = nullptr);
    ~Document() override;

    [[nodiscard]] const std::shared_ptr<const Bytes> &bytes() const { return m_bytes; }
    [[nodiscard]] const std::shared_ptr<const DocumentState> &state() const { return m_state; }

    /// The bytes have grown: cheap to call often.
    void grow();
    /// Nothing more will come. Call after the last byte is there.
    void complete();

    /// Looks for the query in the whole log, blocks around `near` first, and goes on as the log grows. Ends the search
    /// before. An empty query clears.
    void search(const Query &query, Line near);
    [[nodiscard]] const Findings &findings() const { return m_findings; }
    [[nodiscard]] const std::shared_ptr<const Search> &currentSearch() const { return m_search; }
    [[nodiscard]] bool isSearching() const { return m_searching; }

Q_SIGNALS:
    /// More lines, more phases, or complete; at most once a frame, however fast the log grows.
    void changed();
    /// findings(), currentSearch() or isSearching() changed; while a search goes on at most once a frame.
    void found();
    void failed(const narscope::Problem &problem);
    void searchFailed(const narscope::Problem &problem);

private:
    struct Worker;
    struct Step;
    Task<void> index();
    void sayChanged();
    void startSearch(const Query &query, Line near);
    Task<void> runSearch(Query query, Line near);
    void endSearch(const std::shared_ptr<struct SearchRun> &run, const std::optional<Problem> &problem);
    bool takeFindings();
    void sayFindings();
    void stopSearch();

    std::shared_ptr<const Bytes> m_bytes;
    QThreadPool &m_pool;
    std::shared_ptr<const DocumentState> m_state;
    std::shared_ptr<Worker> m_worker;
    std::shared_ptr<const Search> m_search;
    Query m_query;
    Findings m_findings;
    std::shared_ptr<struct SearchRun> m_run;
    qint64 m_searchedTo = 0; ///< bytes of the index that the last search saw
    QElapsedTimer m_said; ///< since changed()
    QTimer m_saying; ///< what changed since then is still to be said
    QTimer m_finding; ///< runs for a frame after found(); then what was found meanwhile is taken
    bool m_grew = false;
    bool m_indexing = false;
    bool m_completing = false;
    bool m_searching = false;
    Scope m_scope;
    Scope m_searchScope;
};

} // namespace narscope::log
