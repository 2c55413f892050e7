// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

#include <chrono>

namespace narscope::test {

/// An application that knows how long each event kept the GUI thread: the longest one is the longest block a
/// person would have felt.
class MeasuredApplication : public QApplication {
public:
    struct Block {
        std::chrono::microseconds took{};
        QString what; ///< receiver's class and name, and the event's number
    };

    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override;

    /// Forgets what was measured so far.
    void startMeasuring() { m_longest = {}; }
    [[nodiscard]] const Block &longestBlock() const { return m_longest; }

private:
    int m_depth = 0; ///< an event sent from within another one is part of it
    Block m_longest;
};

} // namespace narscope::test
