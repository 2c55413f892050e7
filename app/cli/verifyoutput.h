// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/isocheck.h"

#include <QHash>
#include <QJsonObject>

#include <map>

namespace narscope::cli {

/// Writes reports as they come: JSON or text to standard output, progress to standard error when that is a
/// terminal. In the order of the targets, but for closures, which come as they end.
class VerifyOutput {
public:
    VerifyOutput(bool json, bool isClosure);

    void expect(const std::vector<nix::VerifyTarget> &targets);
    [[nodiscard]] nix::VerifyObserver observer();
    void write(const nix::IsoReport &report);
    /// Arguments that are nothing to verify: not checked, and in JSON with a report that says why.
    void write(const std::vector<Problem> &notUnderstood);
    void end(const nix::VerifyResult &result);
    /// Fine, Failing or NotFoundOut, after what was reported.
    [[nodiscard]] int code() const;

private:
    void onFinished(const nix::PathReport &report);
    void onProgress(const nix::VerifyProgress &progress);
    void write(const nix::PathReport &report);
    void writeText(const nix::PathReport &report);
    void writeJson(const QJsonObject &object);
    void note(nix::Verdict verdict);
    void clearProgress();

    bool m_json;
    bool m_isClosure;
    bool m_isTerminal;
    bool m_hasProgressLine = false;
    QHash<QString, qsizetype> m_places;
    std::map<qsizetype, nix::PathReport> m_early; ///< finished before those in front of them
    qsizetype m_next = 0;
    qsizetype m_written = 0;
    bool m_fails = false;
    bool m_isOpen = false;
};

} // namespace narscope::cli
