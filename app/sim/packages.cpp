// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/packages.h"

#include "sim/packagetable.h"

#include <array>

namespace narscope::sim {

namespace {

/// One of nixpkgs' big sets. `%` in the name stands for the member's own name.
struct Family {
    const char *set;
    const char *name;
    const char *interpreter;
    quint8 platforms;
    int seconds;
    const char *outputs;
    const char *source;
    const char *license;
    const char *first; ///< real members, before the made-up ones
};

constexpr std::array<Family, 10> families{{
    {"python3Packages", "python3.13-%", "python3", everywhere, 25, "out dist", "https://%.example.org", "MIT",
        "setuptools wheel pip six certifi idna urllib3 charset-normalizer requests numpy scipy pandas flask "
        "django jinja2 "
        "markupsafe click pyyaml cryptography cffi pycparser attrs pytest pluggy packaging"},
    {"haskellPackages", "%", "ghc", everywhere, 70, "out doc", "https://hackage.haskell.org/package/%", "BSD-3-Clause",
        "text-builder aeson lens conduit servant warp pandoc xmonad hakyll optparse-applicative vector "
        "unordered-containers"},
    {"perlPackages", "perl5.42.0-%", "perl", everywhere, 8, "out devdoc", "https://metacpan.org/dist/%", "Artistic-1.0",
        "Moose DBI DBDPg Catalyst TemplateToolkit JSONXS HTTPDaemon LWP TestSimple Plack"},
    {"rPackages", "r-%", "R", linux, 30, "out", "https://cran.r-project.org/package=%", "GPL-2.0-or-later",
        "ggplot2 dplyr tidyr Rcpp shiny knitr rlang tibble"},
    {"emacsPackages", "emacs-%", "emacs", everywhere, 6, "out", "https://elpa.gnu.org/packages/%.html",
        "GPL-3.0-or-later", "magit org evil helm ivy company flycheck lsp-mode"},
    {"nodePackages", "%", "nodejs", everywhere, 20, "out", "https://%.example.org", "MIT",
        "typescript eslint prettier webpack-cli pnpm yarn vercel"},
    {"vimPlugins", "vimplugin-%", "vim", everywhere, 3, "out", "https://www.vim.org/scripts/%", "Vim",
        "fugitive nerdtree vim-nix telescope-nvim nvim-treesitter"},
    {"ocamlPackages", "ocaml5.3.0-%", "ocaml", everywhere, 25, "out", "https://ocaml.org/p/%", "ISC",
        "dune lwt cohttp ppxlib menhir findlib zarith"},
    {"kdePackages", "%", "qtbase", linux, 120, "out dev devtools", "https://invent.kde.org/%", "LGPL-2.1-or-later",
        "kcoreaddons kconfig ki18n kio konsole kate dolphin okular"},
    {"texlivePackages", "texlive-%", "perl", everywhere, 2, "out", "https://ctan.org/pkg/%", "LPPL-1.3c",
        "amsmath beamer pgf hyperref biblatex geometry"},
}};
constexpr std::array<const char *, 40> firstWords{"amber", "async", "binary", "blue", "byte", "cloud", "core", "data",
    "deep", "delta", "easy", "fast", "flux", "form", "graph", "grid", "http", "image", "json", "key", "lazy", "light",
    "log", "meta", "micro", "net", "open", "path", "pixel", "quick", "safe", "sim", "smart", "star", "stream", "tiny",
    "token", "true", "web", "zen"};
constexpr std::array<const char *, 50> secondWords{"adapter", "api", "auth", "base", "bench", "bind", "box", "bridge",
    "cache", "check", "client", "codec", "config", "crypt", "db", "diff", "engine", "event", "extra", "fetch", "file",
    "format", "hash", "index", "io", "kit", "lex", "lib", "link", "list", "loader", "map", "mock", "monad", "parse",
    "pipe", "plot", "queue", "router", "schema", "server", "state", "store", "table", "task", "tools", "tree", "types",
    "utils", "view"};
constexpr std::array<const char *, 24> people{"alyssais", "emilazy", "ethancedwards8", "figsoda", "getchoo", "gador",
    "hexa", "infinisil", "jopejoe1", "k900", "linsui", "mic92", "mweinelt", "natsukium", "nickcao", "qyliss",
    "r-ryantm", "sigmanificient", "SuperSandro2000", "trofi", "vcunat", "wolfgangwalther", "xzfc", "zowoq"};

QList<QByteArray> words(const char *text)
{
    QList<QByteArray> list = QByteArray(text).split(' ');
    list.removeAll(QByteArray());
    return list;
}

// Family members in turn, so that each set grows with the number of jobs.
quint16 familyOf(quint64 chance)
{
    constexpr std::array<quint16, 20> shares{1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10};
    return shares.at(chance % shares.size());
}

const QList<QByteArray> &realMembers(const Family &family)
{
    static const auto lists = [] {
        std::array<QList<QByteArray>, families.size()> made;
        for (size_t i = 0; i < made.size(); ++i)
            made.at(i) = words(families.at(i).first);
        return made;
    }();
    return lists.at(size_t(&family - families.data()));
}

QByteArray memberName(const Family &family, quint32 within)
{
    const QList<QByteArray> &real = realMembers(family);
    if (within < quint32(real.size()))
        return real.at(within);
    const quint32 made = within - quint32(real.size());
    const quint32 round = made / quint32(firstWords.size() * secondWords.size());
    return QByteArray(firstWords.at(made % firstWords.size())) + '-'
        + secondWords.at(made / firstWords.size() % secondWords.size())
        + (round > 0 ? QByteArray::number(round + 1) : QByteArray());
}

// The last number of a version, raised: 3.5.2 -> 3.5.3.
QByteArray raised(const QByteArray &version, int by)
{
    qsizetype end = version.size();
    while (end > 0 && !(version.at(end - 1) >= '0' && version.at(end - 1) <= '9'))
        --end;
    qsizetype begin = end;
    while (begin > 0 && version.at(begin - 1) >= '0' && version.at(begin - 1) <= '9')
        --begin;
    if (by == 0 || begin == end)
        return version;
    return version.first(begin) + QByteArray::number(version.sliced(begin, end - begin).toLongLong() + by)
        + version.sliced(end);
}

} // namespace

const QByteArray &name(System system)
{
    static const std::array<QByteArray, systemCount> names{
        "x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"};
    return names.at(static_cast<size_t>(system));
}

std::optional<System> systemNamed(QByteArrayView text)
{
    for (const System system : allSystems) {
        if (name(system) == text)
            return system;
    }
    return std::nullopt;
}

Universe::Universe(quint64 seed, int jobs)
    : m_seed(seed)
{
    addNamed();
    addFamilies(jobs);
    countDependents();
    m_byName.reserve(qsizetype(m_entries.size()));
    for (quint32 i = 0; i < size(); ++i)
        m_byName.insert(attrName(Attr{i}), Attr{i});
}

void Universe::add(Entry entry, std::span<const Attr> needs)
{
    entry.dependenciesBegin = quint32(m_dependencies.size());
    entry.dependencyCount = quint16(needs.size());
    m_dependencies.insert(m_dependencies.end(), needs.begin(), needs.end());
    m_pairs += std::popcount(entry.platforms);
    m_entries.push_back(entry);
}

void Universe::addNamed()
{
    QHash<QByteArray, Attr> known;
    for (const NamedPackage &row : namedPackages()) {
        std::vector<Attr> needs;
        for (const QByteArray &dependency : words(row.dependencies))
            needs.push_back(known.value(dependency));
        known.insert(row.attr, Attr{size()});
        add({.within = size(), .kind = row.kind, .platforms = row.platforms}, needs);
    }
    m_byName = known;
}

void Universe::addFamilies(int jobs)
{
    std::array<std::vector<Attr>, families.size() + 1> members;
    const Attr stdenv = m_byName.value("stdenv");
    while (m_pairs < jobs) {
        const Attr self{size()};
        const quint16 family = familyOf(chance(self, 1));
        const Family &set = families.at(family - 1U);
        std::vector<Attr> &siblings = members.at(family);
        std::vector<Attr> needs{stdenv, m_byName.value(set.interpreter)};
        const quint64 wanted = siblings.empty() ? 0 : chance(self, 2) % 5;
        for (quint64 i = 0; i < wanted; ++i) {
            const Attr sibling = siblings.at(chance(self, 3 + i) % siblings.size());
            if (std::ranges::find(needs, sibling) == needs.end())
                needs.push_back(sibling);
        }
        siblings.push_back(self);
        add({.family = family, .within = quint32(siblings.size() - 1), .platforms = set.platforms}, needs);
    }
}

// Upper bounds by adding up would count diamonds twice, so large universes are counted along a set of bits
// for the direct ones only; beyond a few thousand packages the direct sum is near enough for what it decides.
void Universe::countDependents()
{
    constexpr quint32 exactLimit = 4096;
    if (size() > exactLimit) {
        for (quint32 i = size(); i-- > 0;) {
            for (const Attr dependency : dependencies(Attr{i})) {
                quint32 &count = m_entries[index(dependency)].dependents;
                count = qMin(size(), count + 1 + m_entries[i].dependents);
            }
        }
        return;
    }
    std::vector<bool> needs(size());
    for (quint32 root = 0; root < size(); ++root) {
        needs.assign(size(), false);
        needs[root] = true;
        for (quint32 i = root + 1; i < size(); ++i) {
            const auto list = dependencies(Attr{i});
            needs[i] = std::ranges::any_of(list, [&needs](Attr attr) { return needs[index(attr)]; });
            m_entries[root].dependents += needs[i] ? 1U : 0U;
        }
    }
}

QByteArray Universe::attrName(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return namedPackages()[entry.within].attr;
    const Family &family = families.at(entry.family - 1U);
    return QByteArray(family.set) + '.' + memberName(family, entry.within);
}

QByteArray Universe::packageName(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return namedPackages()[entry.within].name;
    const Family &family = families.at(entry.family - 1U);
    return QByteArray(family.name).replace('%', memberName(family, entry.within));
}

QByteArray Universe::version(Attr attr, quint16 revision) const
{
    int bumps = 0;
    for (quint64 i = 1; i <= revision; ++i)
        bumps += chance(attr, 1000 + i) % 6 != 0 ? 1 : 0;
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return raised(namedPackages()[entry.within].version, bumps);
    const QByteArray first = QByteArray::number(chance(attr, 20) % 9) + '.' + QByteArray::number(chance(attr, 21) % 30)
        + '.' + QByteArray::number(chance(attr, 22) % 12);
    return raised(first, bumps);
}

QByteArray Universe::nixName(Attr attr, quint16 revision) const
{
    const QByteArray number = version(attr, revision);
    return number.isEmpty() ? packageName(attr) : packageName(attr) + '-' + number;
}

std::span<const Attr> Universe::dependencies(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    return std::span(m_dependencies).subspan(entry.dependenciesBegin, entry.dependencyCount);
}

QList<QByteArray> Universe::outputs(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    return words(entry.family == 0 ? namedPackages()[entry.within].outputs : families.at(entry.family - 1U).outputs);
}

QByteArray Universe::description(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return namedPackages()[entry.within].description;
    const QByteArray member = memberName(families.at(entry.family - 1U), entry.within);
    return "Library for " + QByteArray(member).replace('-', ' ');
}

QByteArray Universe::homepage(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return namedPackages()[entry.within].homepage;
    const Family &family = families.at(entry.family - 1U);
    return QByteArray(family.source).replace('%', memberName(family, entry.within));
}

QByteArray Universe::license(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    return entry.family == 0 ? namedPackages()[entry.within].license : families.at(entry.family - 1U).license;
}

QList<QByteArray> Universe::maintainers(Attr attr) const
{
    QList<QByteArray> list;
    const quint64 count = chance(attr, 30) % 4;
    for (quint64 i = 0; i < count; ++i) {
        const QByteArray person = people.at(chance(attr, 31 + i) % people.size());
        if (!list.contains(person))
            list.append(person);
    }
    return list;
}

QByteArray Universe::sourceUrl(Attr attr, quint16 revision) const
{
    const QByteArray plain = packageName(attr);
    return "https://tarballs.nixos.org/" + plain + '/' + plain + '-' + version(attr, revision) + ".tar.gz";
}

int Universe::buildSeconds(Attr attr) const
{
    const Entry &entry = m_entries[index(attr)];
    if (entry.family == 0)
        return namedPackages()[entry.within].seconds;
    return families.at(entry.family - 1U).seconds * int(50 + chance(attr, 40) % 150) / 100 + 1;
}

std::optional<Attr> Universe::find(QByteArrayView attrName) const
{
    const auto found = m_byName.constFind(attrName.toByteArray());
    return found == m_byName.cend() ? std::nullopt : std::optional(*found);
}

} // namespace narscope::sim
