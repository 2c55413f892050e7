// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/recipes.h"

#include "nix/nar.h"
#include "nix/pathcompute.h"
#include "sim/packing.h"

#include <algorithm>
#include <array>

namespace narscope::sim {

namespace {

const nix::StorePath &builderPath()
{
    static const nix::StorePath path
        = *nix::sourcePath(hashOf(nix::writeNar(nix::NarTree::file(Recipes::builderScript()))), "default-builder.sh");
    return path;
}

// Only needed while building: a package that is ready does not mention them.
bool isBuildTool(const QByteArray &attr)
{
    constexpr std::array tools{"stdenv", "cmake", "ninja", "meson", "autoconf", "automake", "libtool", "pkg-config",
        "bison", "flex", "m4", "gettext", "rustc", "cargo", "go", "clang", "gtest", "nlohmann_json", "linux-headers",
        "binutils", "bootstrap-tools", "qemu"};
    return std::ranges::any_of(tools, [&attr](const char *tool) { return attr == tool; });
}

} // namespace

const QByteArray &Recipes::builderScript()
{
    static const QByteArray text = "genericBuild() { for phase in $phases; do runPhase \"$phase\"; done; }\n"
                                   "source \"$stdenv/setup\"\ngenericBuild\n";
    return text;
}

Recipes::Recipes(const Universe &universe)
    : m_universe(universe)
    , m_bash(universe.find("bash"))
    , m_stdenv(universe.find("stdenv"))
    , m_gcc(universe.find("gcc"))
    , m_nodes(1)
{
}

Instance Recipes::intern(Attr attr, quint16 revision, std::span<const Instance> dependencies)
{
    quint64 key = mix(index(attr), revision);
    for (const Instance dependency : dependencies)
        key = mix(key, node(dependency).key);
    const auto [begin, end] = m_byParts.equal_range(key);
    for (auto it = begin; it != end; ++it) {
        const Node &known = node(it->second);
        const auto parts = std::span(m_dependencies).subspan(known.begin, known.count);
        if (known.attr == attr && known.revision == revision && std::ranges::equal(parts, dependencies))
            return it->second;
    }
    const Instance made{quint32(m_nodes.size())};
    m_nodes.push_back({.attr = attr,
        .revision = revision,
        .key = key,
        .begin = quint32(m_dependencies.size()),
        .count = quint32(dependencies.size())});
    m_dependencies.insert(m_dependencies.end(), dependencies.begin(), dependencies.end());
    m_byParts.emplace(key, made);
    return made;
}

Instance Recipes::internAggregate(QByteArray name, std::span<const Drv> constituents)
{
    quint64 key = mixText(name, 0xa99);
    for (const Drv drv : constituents)
        key = mix(key, chance(drv, 0));
    const auto [begin, end] = m_byParts.equal_range(key);
    for (auto it = begin; it != end; ++it) {
        const Node &known = node(it->second);
        if (known.aggregate
            && std::ranges::equal(std::span(m_constituents).subspan(known.begin, known.count), constituents))
            return it->second;
    }
    const Instance made{quint32(m_nodes.size())};
    // The name's place stands where a package has its own.
    m_nodes.push_back({.attr = Attr{quint32(m_aggregateNames.size())},
        .aggregate = true,
        .key = key,
        .begin = quint32(m_constituents.size()),
        .count = quint32(constituents.size())});
    m_aggregateNames.push_back(std::move(name));
    m_constituents.insert(m_constituents.end(), constituents.begin(), constituents.end());
    m_byParts.emplace(key, made);
    return made;
}

// A tarball is the same on every system.
quint64 Recipes::chance(Drv drv, quint64 what) const
{
    return mix(mix(node(drv.instance).key, drv.source ? 9 : quint64(drv.system)), what);
}

bool Recipes::isAggregate(Instance instance) const
{
    return node(instance).aggregate;
}

Attr Recipes::attr(Instance instance) const
{
    return node(instance).attr;
}

quint16 Recipes::revision(Instance instance) const
{
    return node(instance).revision;
}

std::vector<Drv> Recipes::inputs(Drv drv) const
{
    const Node &own = node(drv.instance);
    if (drv.source)
        return {};
    if (own.aggregate) {
        const auto list = std::span(m_constituents).subspan(own.begin, own.count);
        return {list.begin(), list.end()};
    }
    std::vector<Drv> list;
    if (hasSource(drv.instance))
        list.push_back({.instance = drv.instance, .system = drv.system, .source = true});
    for (quint32 i = 0; i < own.count; ++i) {
        const Instance dependency = m_dependencies[own.begin + i];
        if (dependency != Instance::None && (m_universe.platforms(attr(dependency)) & bit(drv.system)) != 0)
            list.push_back({.instance = dependency, .system = drv.system});
    }
    return list;
}

bool Recipes::hasSource(Instance instance) const
{
    const Node &own = node(instance);
    const Kind kind = own.aggregate ? Kind::Tarball : m_universe.kind(own.attr);
    return (kind == Kind::Bootstrap || kind == Kind::Package) && own.attr != m_stdenv;
}

Drv Recipes::shell(Drv drv) const
{
    Drv at = drv;
    for (;;) {
        const std::vector<Drv> needs = inputs(at);
        const auto has = [&](Attr wanted) {
            return std::ranges::find_if(
                needs, [&](Drv d) { return !d.source && !isAggregate(d.instance) && attr(d.instance) == wanted; });
        };
        if (const auto bash = has(*m_bash); bash != needs.end())
            return *bash;
        if (const auto stdenv = has(*m_stdenv); stdenv != needs.end()) {
            at = *stdenv;
            continue;
        }
        const auto next = std::ranges::find_if(needs, [](Drv d) { return !d.source; });
        if (next == needs.end())
            return at;
        at = *next;
    }
}

std::vector<Drv> Recipes::runtimeInputs(Drv drv) const
{
    if (drv.source || isAggregate(drv.instance))
        return {};
    std::vector<Drv> list;
    const auto addOnce = [&list](Drv d) {
        if (std::ranges::find(list, d) == list.end())
            list.push_back(d);
    };
    for (const Drv input : inputs(drv)) {
        if (!input.source && !isBuildTool(m_universe.attrName(attr(input.instance))) && attr(input.instance) != *m_gcc)
            addOnce(input);
    }
    if (const Drv bash = shell(drv); bash != drv && attr(bash.instance) == *m_bash) {
        addOnce(bash);
        for (const Drv input : inputs(bash)) {
            // The C library comes with the compiler.
            for (const Drv below : input.source ? std::vector<Drv>{} : inputs(input)) {
                const QByteArray name = below.source ? QByteArray() : m_universe.attrName(attr(below.instance));
                if (name == "glibc" || name == "libcxx")
                    addOnce(below);
            }
        }
    }
    return list;
}

quint16 Recipes::releaseRevision(const QByteArray &version)
{
    const auto known = std::ranges::find(m_releaseVersions, version);
    if (known != m_releaseVersions.end())
        return quint16(known - m_releaseVersions.begin());
    m_releaseVersions.push_back(version);
    return quint16(m_releaseVersions.size() - 1);
}

QByteArray Recipes::version(Instance instance) const
{
    const Node &own = node(instance);
    if (own.aggregate)
        return {};
    if (isReleased(m_universe.kind(own.attr)))
        return m_releaseVersions[own.revision];
    return m_universe.version(own.attr, own.revision);
}

QByteArray Recipes::nixName(Drv drv) const
{
    const Node &own = node(drv.instance);
    if (own.aggregate)
        return m_aggregateNames[index(own.attr)];
    const QByteArray number = version(drv.instance);
    const QByteArray name
        = number.isEmpty() ? m_universe.packageName(own.attr) : m_universe.packageName(own.attr) + '-' + number;
    return drv.source ? name + ".tar.gz" : name;
}

QByteArray Recipes::sourceBytes(Drv drv) const
{
    const Node &own = node(drv.instance);
    const QByteArray name = m_universe.nixName(own.attr, own.revision);
    return makeTarball(name,
        {{"README", m_universe.description(own.attr) + "\n\n" + m_universe.homepage(own.attr) + '\n'},
            {"src/main.c", "#include <stdio.h>\n\nint main(void)\n{\n    puts(\"" + name + "\");\n    return 0;\n}\n"},
            {"Makefile", "all: main\n\nmain: src/main.c\n\t$(CC) -o $@ $<\n"}});
}

size_t Recipes::mainOutput(Drv drv) const
{
    if (drv.source || isAggregate(drv.instance))
        return 0;
    QList<QByteArray> names = m_universe.outputs(attr(drv.instance));
    const QByteArray first = names.first();
    std::ranges::sort(names);
    return size_t(names.indexOf(first));
}

const nix::StorePath &Recipes::drvPath(Drv drv)
{
    return computed(drv).drvPath;
}

const std::vector<OutputOf> &Recipes::outputs(Drv drv)
{
    return computed(drv).outputs;
}

QByteArray Recipes::aterm(Drv drv)
{
    static_cast<void>(computed(drv));
    return nix::writeDerivation(*nix::withOutputPaths(derivation(drv), nixName(drv), modulos()));
}

std::optional<Recipes::Found> Recipes::find(QByteArrayView hashPart) const
{
    const auto found = m_byHash.constFind(hashPart.toByteArray());
    if (found == m_byHash.cend())
        return std::nullopt;
    const quint64 key = found->first;
    return Found{.drv = {.instance = Instance{quint32(key >> 3)},
                     .system = static_cast<System>(key >> 1 & 3),
                     .source = (key & 1) != 0},
        .output = found->second};
}

nix::HashModuloOf Recipes::modulos()
{
    return [this](const nix::StorePath &path) -> const nix::HashModulo * {
        const auto found = m_byHash.constFind(path.hashPart().toByteArray());
        return found == m_byHash.cend() ? nullptr : &m_computed.at(found->first).modulo;
    };
}

// With a stack of its own: what depends on what may be a long chain.
const Recipes::Computed &Recipes::computed(Drv drv)
{
    if (const auto known = m_computed.find(drv.key()); known != m_computed.end())
        return known->second;
    std::vector<Drv> open{drv};
    while (!open.empty()) {
        const Drv next = open.back();
        const size_t before = open.size();
        std::vector<Drv> needs = inputs(next);
        needs.push_back(shell(next));
        for (const Drv input : needs) {
            if (input != next && !m_computed.contains(input.key()))
                open.push_back(input);
        }
        if (open.size() > before)
            continue;
        if (!m_computed.contains(next.key()))
            compute(next);
        open.pop_back();
    }
    return m_computed.at(drv.key());
}

// Its inputs are computed already. The names are our own, so nothing here can fail.
void Recipes::compute(Drv drv)
{
    const QByteArray name = nixName(drv);
    const nix::Derivation made = *nix::withOutputPaths(derivation(drv), name, modulos());
    Computed result{.drvPath = *nix::derivationPath(made, nix::writeDerivation(made), name),
        .outputs = {},
        .modulo = *nix::hashDerivationModulo(made, modulos())};
    for (const auto &[outputName, output] : made.outputs)
        result.outputs.push_back({.name = outputName, .path = *output.path});
    const auto remember = [&](const nix::StorePath &path, int output) {
        const QByteArray hash = path.hashPart().toByteArray();
        if (!m_byHash.contains(hash)) // a tarball is the same on every system
            m_byHash.insert(hash, {drv.key(), output});
    };
    remember(result.drvPath, -1);
    for (size_t i = 0; i < result.outputs.size(); ++i)
        remember(result.outputs[i].path, int(i));
    m_computed.emplace(drv.key(), std::move(result));
}

nix::Derivation Recipes::fetcher(Drv drv)
{
    const Node &own = node(drv.instance);
    const QByteArray hash = hashOf(sourceBytes(drv)).base16();
    const QByteArray url = m_universe.sourceUrl(own.attr, own.revision);
    nix::Derivation made;
    made.outputs["out"]
        = {.kind = nix::OutputKind::FixedOutput, .path = std::nullopt, .hashMode = "sha256", .hash = hash};
    made.system = "builtin";
    made.builder = "builtin:fetchurl";
    made.environment = {{"builder", made.builder}, {"executable", ""}, {"name", nixName(drv)}, {"out", ""},
        {"outputHash", hash}, {"outputHashAlgo", "sha256"}, {"outputHashMode", "flat"}, {"preferLocalBuild", "1"},
        {"system", made.system}, {"unpack", ""}, {"url", url}, {"urls", url}};
    return made;
}

void Recipes::addInput(nix::Derivation &derivation, Drv input, const QByteArray &output)
{
    derivation.inputDerivations[m_computed.at(input.key()).drvPath].insert(output);
}

nix::Derivation Recipes::aggregate(Drv drv)
{
    nix::Derivation made;
    QByteArrayList constituents;
    for (const Drv input : inputs(drv)) {
        const OutputOf &output = m_computed.at(input.key()).outputs[mainOutput(input)];
        addInput(made, input, output.name);
        constituents.append(output.path.text());
    }
    const Drv bash = shell(drv);
    const OutputOf &bashOut = m_computed.at(bash.key()).outputs[mainOutput(bash)];
    addInput(made, bash, bashOut.name);
    made.builder = bashOut.path.text() + "/bin/bash";
    made.environment = {{"_hydraAggregate", "1"}, {"constituents", constituents.join(' ')}};
    return made;
}

nix::Derivation Recipes::derivation(Drv drv)
{
    if (drv.source)
        return fetcher(drv);
    nix::Derivation made = isAggregate(drv.instance) ? aggregate(drv) : package(drv);
    const QByteArray name = nixName(drv);
    const QList<QByteArray> names
        = isAggregate(drv.instance) ? QList<QByteArray>{"out"} : m_universe.outputs(attr(drv.instance));
    for (const QByteArray &output : names) {
        made.outputs[output] = {};
        made.environment[output] = QByteArray();
    }
    made.inputSources.insert(builderPath());
    made.system = narscope::sim::name(drv.system);
    made.arguments = {"-e", builderPath().text()};
    made.environment["name"] = name;
    made.environment["builder"] = made.builder;
    made.environment["outputs"] = names.join(' ');
    made.environment["system"] = made.system;
    return made;
}

nix::Derivation Recipes::package(Drv drv)
{
    const Node &own = node(drv.instance);
    nix::Derivation made;
    QByteArrayList buildInputs;
    for (const Drv input : inputs(drv)) {
        const std::vector<OutputOf> &outs = m_computed.at(input.key()).outputs;
        const auto dev = std::ranges::find(outs, "dev", &OutputOf::name);
        const OutputOf &used = dev != outs.end() ? *dev : outs[mainOutput(input)];
        addInput(made, input, used.name);
        if (input.source)
            made.environment["src"] = used.path.text();
        else if (attr(input.instance) == *m_stdenv)
            made.environment["stdenv"] = used.path.text();
        else
            buildInputs.append(used.path.text());
    }
    const Drv bash = shell(drv);
    if (bash != drv) {
        const OutputOf &out = m_computed.at(bash.key()).outputs[mainOutput(bash)];
        addInput(made, bash, out.name);
        made.builder = out.path.text() + "/bin/bash";
    } else {
        made.builder = made.environment["src"]; // the very first: a static program fetched as it is
    }
    made.environment["pname"] = m_universe.packageName(own.attr);
    made.environment["version"] = version(drv.instance);
    made.environment["buildInputs"] = buildInputs.join(' ');
    made.environment["strictDeps"] = "1";
    // A rebuild without a new version changes how it is configured.
    made.environment["configureFlags"]
        = own.revision == 0 ? QByteArray() : "--with-pkgrel=" + QByteArray::number(own.revision);
    return made;
}

} // namespace narscope::sim
