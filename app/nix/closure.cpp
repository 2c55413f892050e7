// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/closure.h"

namespace narscope::nix {

std::span<const quint32> Closure::references(const ClosureEntry &entry) const
{
    return std::span(m_references).subspan(entry.firstReference, entry.referenceCount);
}

std::optional<quint32> Closure::find(const StorePath &path) const
{
    const auto found = m_index.find(path);
    if (found == m_index.end())
        return {};
    return found->second;
}

std::vector<StorePath> Closure::missing() const
{
    std::vector<StorePath> paths;
    for (const auto &entry : m_entries) {
        if (entry.isMissing)
            paths.push_back(entry.path);
    }
    return paths;
}

std::vector<quint32> Closure::reachable(quint32 root) const
{
    std::vector<bool> seen(m_entries.size());
    std::vector<quint32> order{root};
    seen[root] = true;
    for (size_t next = 0; next < order.size(); ++next) {
        for (const auto reference : references(m_entries[order[next]])) {
            if (!seen[reference]) {
                seen[reference] = true;
                order.push_back(reference);
            }
        }
    }
    return order;
}

std::vector<Verdict> Closure::worstReachable() const
{
    std::vector<std::vector<quint32>> referrers(m_entries.size());
    for (quint32 i = 0; i < m_entries.size(); ++i) {
        for (const auto reference : references(m_entries[i]))
            referrers[reference].push_back(i);
    }
    std::vector<Verdict> worst(m_entries.size(), Verdict::Holds);
    spread(worst, Verdict::Unchecked, referrers);
    spread(worst, Verdict::Fails, referrers);
    return worst;
}

void Closure::spread(
    std::vector<Verdict> &worst, Verdict verdict, const std::vector<std::vector<quint32>> &referrers) const
{
    std::vector<quint32> open;
    const auto mark = [&](quint32 index) {
        if (worst[index] != verdict) {
            worst[index] = verdict;
            open.push_back(index);
        }
    };
    for (quint32 i = 0; i < m_entries.size(); ++i) {
        const auto own = m_entries[i].isMissing ? Verdict::Fails : m_entries[i].verdict;
        if (own == verdict)
            mark(i);
    }
    while (!open.empty()) {
        const auto index = open.back();
        open.pop_back();
        for (const auto referrer : referrers[index])
            mark(referrer);
    }
}

quint32 Closure::add(const StorePath &path)
{
    const auto [place, isNew] = m_index.try_emplace(path, static_cast<quint32>(m_entries.size()));
    if (isNew)
        m_entries.push_back({.path = path});
    return place->second;
}

std::vector<quint32> Closure::enter(quint32 index, const PathReport &report)
{
    std::vector<quint32> fresh;
    std::vector<quint32> references;
    if (report.info) {
        for (const auto &path : report.info->references) {
            const auto before = m_entries.size();
            references.push_back(add(path));
            if (m_entries.size() > before)
                fresh.push_back(references.back());
        }
    }
    auto &entry = m_entries[index];
    entry.isDone = true;
    entry.verdict = report.verdict;
    entry.isMissing = report.rung(RungName::NarInfo).verdict == Verdict::Unavailable;
    entry.firstReference = static_cast<quint32>(m_references.size());
    entry.referenceCount = static_cast<quint32>(references.size());
    entry.narSize = report.info ? report.info->narSize : 0;
    entry.fileSize = report.info ? report.info->fileSize.value_or(0) : 0;
    m_references.insert(m_references.end(), references.begin(), references.end());
    return fresh;
}

} // namespace narscope::nix
