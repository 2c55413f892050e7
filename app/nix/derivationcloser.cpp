// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/derivation.h"

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace narscope::nix {

/// A derivation that waits for its inputs.
struct DerivationCloser::Open {
    StorePath path;
    std::optional<StorePath> computedPath;
    Derivation derivation;
    std::map<StorePath, std::set<QByteArray>>::const_iterator next; ///< into derivation.inputDerivations
};

bool DerivationCheck::holds() const
{
    return inputsHold && computedPath == path && std::ranges::all_of(outputs, &ComputedOutput::agrees);
}

DerivationCloser::DerivationCloser(Load load, QByteArray storeDir)
    : m_load(std::move(load))
    , m_storeDir(std::move(storeDir))
{
}

const HashModulo *DerivationCloser::hashModulo(const StorePath &derivationPath) const
{
    const auto known = m_known.find(derivationPath);
    return known == m_known.end() ? nullptr : &known->second.modulo;
}

HashModuloOf DerivationCloser::hashes() const
{
    return [this](const StorePath &path) { return hashModulo(path); };
}

auto DerivationCloser::open(const StorePath &path) const -> Result<Open>
{
    const auto bytes = m_load(path);
    if (!bytes)
        return std::unexpected(bytes.error());
    auto derivation = readDerivation(*bytes, m_storeDir);
    if (!derivation) {
        auto fault = std::move(derivation.error());
        fault.where = QString::fromUtf8(path.text()) + u", "_s + fault.where;
        return std::unexpected(std::move(fault));
    }
    auto computed = derivationPath(*derivation, *bytes, derivationName(path), m_storeDir);
    return Open{.path = path,
        .computedPath = computed ? std::optional(std::move(*computed)) : std::nullopt,
        .derivation = std::move(*derivation),
        .next = {}};
}

bool DerivationCloser::inputsHold(const Derivation &derivation) const
{
    if (derivation.isFixedOutput()) // its inputs do not matter and need not be known
        return true;
    return std::ranges::all_of(derivation.inputDerivations, [this](const auto &input) {
        return m_known.at(input.first).check.inputsHold && !m_misnamed.contains(input.first);
    });
}

Result<void> DerivationCloser::close(Open open)
{
    auto modulo = hashDerivationModulo(open.derivation, hashes());
    if (!modulo)
        return std::unexpected(std::move(modulo.error()));
    auto outputs = computeOutputs(open.derivation, derivationName(open.path), hashes(), m_storeDir);
    if (!outputs)
        return std::unexpected(std::move(outputs.error()));
    if (open.computedPath != open.path)
        m_misnamed.insert(open.path);
    DerivationCheck check{.path = open.path,
        .computedPath = std::move(open.computedPath),
        .outputs = std::move(*outputs),
        .inputsHold = inputsHold(open.derivation)};
    m_known.emplace(std::move(open.path), Known{.modulo = std::move(*modulo), .check = std::move(check)});
    return {};
}

Result<DerivationCheck> DerivationCloser::check(const StorePath &derivationPath)
{
    std::vector<std::unique_ptr<Open>> stack; // pointers: an iterator into an Open must survive the vector's growth
    std::set<StorePath> waiting;
    const auto push = [&](const StorePath &path) -> Result<void> {
        if (!waiting.insert(path).second)
            return problemSaying(
                ProblemKind::Malformed, u"A derivation depends on itself."_s, QString::fromUtf8(path.text()));
        auto opened = open(path);
        if (!opened)
            return std::unexpected(std::move(opened.error()));
        stack.push_back(std::make_unique<Open>(std::move(*opened)));
        // A fixed output's path and hash do not depend on how it is fetched.
        const auto &derivation = stack.back()->derivation;
        const auto &inputs = derivation.inputDerivations;
        stack.back()->next = derivation.isFixedOutput() ? inputs.cend() : inputs.cbegin();
        return {};
    };
    if (!m_known.contains(derivationPath)) {
        if (auto pushed = push(derivationPath); !pushed)
            return std::unexpected(std::move(pushed.error()));
    }
    while (!stack.empty()) {
        auto &top = *stack.back();
        if (top.next != top.derivation.inputDerivations.cend()) {
            const auto &input = (top.next++)->first;
            if (m_known.contains(input))
                continue;
            if (auto pushed = push(input); !pushed)
                return std::unexpected(std::move(pushed.error()));
            continue;
        }
        waiting.erase(top.path);
        auto closed = close(std::move(top));
        if (!closed)
            return std::unexpected(std::move(closed.error()));
        stack.pop_back();
    }
    return m_known.at(derivationPath).check;
}

} // namespace narscope::nix
