// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/derivation.h"

#include "nix/aterm.h"
#include "nix/pathcompute.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

struct ModeSplit {
    ContentMethod method;
    QByteArrayView algorithm;
};

ModeSplit splitMode(QByteArrayView mode)
{
    if (mode.startsWith("r:"))
        return {ContentMethod::Recursive, mode.sliced(2)};
    if (mode.startsWith("text:"))
        return {ContentMethod::Text, mode.sliced(5)};
    if (mode.startsWith("git:"))
        return {ContentMethod::Git, mode.sliced(4)};
    return {ContentMethod::Flat, mode};
}

struct Inputs {
    std::map<QByteArray, std::set<QByteArray>> byHash;
    bool deferred = false;
};

Result<Inputs> hashedInputs(const Derivation &derivation, const HashModuloOf &hashes)
{
    Inputs inputs;
    for (const auto &[path, outputs] : derivation.inputDerivations) {
        const auto *modulo = hashes(path);
        if (modulo == nullptr)
            return problemSaying(
                ProblemKind::NotFound, u"An input derivation is missing."_s, QString::fromUtf8(path.text()));
        inputs.deferred = inputs.deferred || modulo->deferred;
        for (const auto &output : outputs) {
            const auto found = modulo->hexByOutput.find(output);
            if (found == modulo->hexByOutput.end())
                return problemSaying(ProblemKind::Malformed,
                    u"An input derivation has no output «%1»."_s.arg(QString::fromUtf8(output)),
                    QString::fromUtf8(path.text()));
            inputs.byHash[found->second].insert(output);
        }
    }
    return inputs;
}

bool isDeferredItself(const Derivation &derivation)
{
    return std::ranges::any_of(derivation.outputs, [](const auto &entry) {
        return entry.second.kind != OutputKind::InputAddressed && entry.second.kind != OutputKind::FixedOutput;
    });
}

/// One kind for all outputs, and a fixed one alone and called out: Nix refuses the rest.
Result<void> checkKinds(const Derivation &derivation)
{
    const auto kind = derivation.outputs.empty() ? OutputKind::Deferred : derivation.outputs.begin()->second.kind;
    for (const auto &[name, output] : derivation.outputs) {
        if (output.kind != kind)
            return problemSaying(ProblemKind::Malformed, u"The outputs of a derivation are of different kinds."_s);
        if (kind == OutputKind::FixedOutput && (name != "out" || derivation.outputs.size() > 1))
            return problemSaying(ProblemKind::Malformed, u"A fixed-output derivation has another output than «out»."_s);
    }
    return {};
}

Result<ComputedOutput> computeFixed(const Derivation &derivation, QByteArrayView name, const QByteArray &storeDir)
{
    const auto address = derivation.fixedOutput();
    if (!address)
        return std::unexpected(address.error());
    auto path = contentAddressedPath(*address, {}, false, name, storeDir);
    if (!path)
        return std::unexpected(std::move(path.error()));
    return ComputedOutput{.name = "out"_ba,
        .kind = OutputKind::FixedOutput,
        .written = derivation.outputs.begin()->second.path,
        .computed = std::move(*path)};
}

} // namespace

bool Derivation::isFixedOutput() const
{
    return outputs.size() == 1 && outputs.begin()->first == "out"
        && outputs.begin()->second.kind == OutputKind::FixedOutput;
}

Result<ContentAddress> Derivation::fixedOutput() const
{
    if (!isFixedOutput())
        return problemSaying(ProblemKind::Usage, u"This derivation has no fixed output."_s);
    const auto &output = outputs.begin()->second;
    const auto [method, algorithm] = splitMode(output.hashMode);
    auto hash = parseHash(algorithm.toByteArray() + ':' + output.hash);
    if (!hash)
        return std::unexpected(std::move(hash.error()));
    if (hash->base16() != output.hash)
        return problemSaying(
            ProblemKind::Malformed, u"The hash of a fixed output is not in base 16."_s, QString::fromUtf8(output.hash));
    return ContentAddress{.method = method, .hash = std::move(*hash)};
}

QByteArray derivationName(const StorePath &derivationPath)
{
    const auto name = derivationPath.name();
    return (name.endsWith(".drv") ? name.chopped(4) : name).toByteArray();
}

Result<StorePath> derivationPath(
    const Derivation &derivation, QByteArrayView aterm, QByteArrayView name, const QByteArray &storeDir)
{
    std::vector<StorePath> references(derivation.inputSources.begin(), derivation.inputSources.end());
    for (const auto &[input, outputs] : derivation.inputDerivations)
        references.push_back(input);
    return textPath(aterm, references, name.toByteArray() + ".drv", storeDir);
}

Result<HashModulo> hashDerivationModulo(const Derivation &derivation, const HashModuloOf &inputs)
{
    if (auto kinds = checkKinds(derivation); !kinds)
        return std::unexpected(std::move(kinds.error()));
    if (derivation.isFixedOutput()) {
        const auto &output = derivation.outputs.begin()->second;
        const auto path = output.path ? output.path->text() : QByteArray();
        const auto text = "fixed:out:" + output.hashMode + ':' + output.hash + ':' + path;
        return HashModulo{.hexByOutput = {{"out"_ba, hashOf(text).base16()}}, .deferred = false};
    }
    const auto hashed = hashedInputs(derivation, inputs);
    if (!hashed)
        return std::unexpected(hashed.error());
    HashModulo modulo{.hexByOutput = {}, .deferred = hashed->deferred || isDeferredItself(derivation)};
    const auto hex = hashOf(writeATerm(derivation, hashed->byHash, Outputs::Shown)).base16();
    for (const auto &[name, output] : derivation.outputs)
        modulo.hexByOutput.emplace_hint(modulo.hexByOutput.end(), name, hex);
    return modulo;
}

Result<std::vector<ComputedOutput>> computeOutputs(
    const Derivation &derivation, QByteArrayView name, const HashModuloOf &inputs, const QByteArray &storeDir)
{
    if (auto kinds = checkKinds(derivation); !kinds)
        return std::unexpected(std::move(kinds.error()));
    if (derivation.isFixedOutput())
        return computeFixed(derivation, name, storeDir).transform([](ComputedOutput only) {
            return std::vector{std::move(only)};
        });
    const auto hashed = hashedInputs(derivation, inputs);
    if (!hashed)
        return std::unexpected(hashed.error());
    const auto hash = hashOf(writeATerm(derivation, hashed->byHash, Outputs::Masked));
    std::vector<ComputedOutput> outputs;
    for (const auto &[outputName, output] : derivation.outputs) {
        ComputedOutput computed{.name = outputName, .kind = output.kind, .written = output.path, .computed = {}};
        if (computed.kind == OutputKind::InputAddressed && hashed->deferred)
            computed.kind = OutputKind::Deferred;
        if (computed.kind == OutputKind::InputAddressed) {
            auto path = outputPath(outputName, hash, name, storeDir);
            if (!path)
                return std::unexpected(std::move(path.error()));
            computed.computed = std::move(*path);
        }
        outputs.push_back(std::move(computed));
    }
    return outputs;
}

Result<Derivation> withOutputPaths(
    Derivation derivation, QByteArrayView name, const HashModuloOf &inputs, const QByteArray &storeDir)
{
    // The variables exist, empty, before the hash is taken: a missing one would give another hash.
    for (const auto &[outputName, output] : derivation.outputs)
        derivation.environment.try_emplace(outputName);
    auto outputs = computeOutputs(derivation, name, inputs, storeDir);
    if (!outputs)
        return std::unexpected(std::move(outputs.error()));
    for (auto &output : *outputs) {
        if (!output.computed)
            continue;
        derivation.environment[output.name] = output.computed->text();
        derivation.outputs[output.name].path = std::move(output.computed);
    }
    return derivation;
}

} // namespace narscope::nix
