// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/buildlog.h"

#include <algorithm>
#include <array>

namespace narscope::sim {

namespace {

constexpr int failed = 1;
constexpr int aborted = 3;
constexpr int failedWithOutput = 6;
constexpr int timedOut = 7;
constexpr int logLimit = 10;
constexpr int outputLimit = 11;

enum class Style { Autotools, CMake, Meson, Cargo, Go, Python, Haskell, Test, Copy };

struct Writer {
    Recipes &recipes;
    Drv drv;
    QByteArray name; ///< "hello-2.12.2"
    QByteArray package;
    quint64 chance = 0;
    int count = 0; ///< lines of the build phase
    QByteArrayList lines;

    void add(const QByteArray &line) { lines.append(line); }
    void phase(const char *which) { lines.append(QByteArray("Running phase: ") + which); }
};

constexpr std::array<const char *, 24> stems{"main", "util", "buffer", "parser", "lexer", "hash", "list", "socket",
    "config", "error", "string", "stream", "thread", "table", "output", "input", "memory", "path", "time", "options",
    "signal", "version", "crypto", "tree"};
constexpr std::array<const char *, 12> checks{"for a BSD-compatible install", "whether build environment is sane",
    "for gcc", "whether the C compiler works", "for suffix of executables", "for stdint.h", "for sys/stat.h",
    "for library containing strerror", "for size_t", "whether make supports nested variables", "for pkg-config",
    "for inline"};

QByteArray stem(const Writer &w, int at)
{
    return stems.at(mix(w.chance, quint64(at)) % stems.size());
}

Style styleOf(const Recipes &recipes, Drv drv)
{
    if (recipes.isAggregate(drv.instance))
        return Style::Copy;
    const Universe &universe = recipes.universe();
    const Attr attr = recipes.attr(drv.instance);
    if (universe.kind(attr) == Kind::Test)
        return Style::Test;
    if (isReleased(universe.kind(attr)))
        return Style::Copy;
    constexpr std::array<std::pair<const char *, Style>, 8> tools{{{"rustc", Style::Cargo}, {"go", Style::Go},
        {"ghc", Style::Haskell}, {"meson", Style::Meson}, {"cmake", Style::CMake}, {"python3", Style::Python},
        {"perl", Style::Autotools}, {"stdenv", Style::Autotools}}};
    for (const auto &[tool, style] : tools) {
        for (const Attr dependency : universe.dependencies(attr)) {
            if (universe.attrName(dependency) == tool
                && (style != Style::Python || universe.attrName(attr).startsWith("python3Packages.")))
                return style;
        }
    }
    return Style::Autotools;
}

void addUnpack(Writer &w)
{
    w.phase("unpackPhase");
    w.add("unpacking source archive "
        + w.recipes.mainPath({.instance = w.drv.instance, .system = w.drv.system, .source = true}).text());
    w.add("source root is " + w.name);
    w.add("setting SOURCE_DATE_EPOCH to timestamp 315619200 of file \"" + w.name + "/README\"");
    w.phase("patchPhase");
    w.phase("updateAutotoolsGnuConfigScriptsPhase");
}

void addConfigure(Writer &w, Style style)
{
    w.phase("configurePhase");
    const QByteArray prefix = w.recipes.mainPath(w.drv).text();
    if (style == Style::CMake) {
        w.add("fixing cmake files...");
        w.add("cmake flags: -GNinja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=" + prefix);
        w.add("-- The C compiler identification is GNU 14.3.0");
        w.add("-- Detecting C compiler ABI info - done");
        w.add("-- Configuring done (2.1s)");
        w.add("-- Generating done (0.1s)");
        w.add("cmake: enabled parallel building");
    } else if (style == Style::Meson) {
        w.add("meson flags: --prefix=" + prefix + " --buildtype=plain");
        w.add("The Meson build system");
        w.add("\x1b[1mProject name:\x1b[0m " + w.package);
        w.add("Program python3 found: \x1b[1;32mYES\x1b[0m");
        w.add("Build targets in project: \x1b[1m" + QByteArray::number(w.count / 3 + 4) + "\x1b[0m");
    } else if (style == Style::Autotools) {
        w.add("configure flags: --disable-static --prefix=" + prefix);
        for (const char *check : checks)
            w.add(QByteArray("checking ") + check + "... yes");
        w.add("configure: creating ./config.status");
        w.add("config.status: creating Makefile");
    } else {
        w.add("no configure script, doing nothing");
    }
}

QByteArray progress(int at, int of)
{
    return QByteArray::number(at + 1) + '/' + QByteArray::number(of);
}

QByteArray buildLine(const Writer &w, Style style, int at)
{
    const QByteArray file = stem(w, at);
    switch (style) {
    case Style::CMake:
        return '[' + QByteArray::number(at * 100 / w.count).rightJustified(3)
            + "%] \x1b[32mBuilding C object src/CMakeFiles/" + w.package + ".dir/" + file + ".c.o\x1b[0m";
    case Style::Meson:
        return '[' + progress(at, w.count) + "] Compiling C object lib" + w.package + ".so.p/" + file + ".c.o";
    case Style::Cargo:
        return "\x1b[1m\x1b[32m   Compiling\x1b[0m " + file + "-core v0." + QByteArray::number(at % 30) + '.'
            + QByteArray::number(at % 7);
    case Style::Go:
        return "github.com/" + w.package + "/internal/" + file;
    case Style::Haskell:
        return '[' + progress(at, w.count) + "] Compiling Data." + file.left(1).toUpper() + file.mid(1) + " ( src/Data/"
            + file + ".hs, dist/build/" + file + ".o )";
    case Style::Python:
        return "copying src/" + w.package + '/' + file + ".py -> build/lib/" + w.package;
    default:
        return "gcc -DHAVE_CONFIG_H -I. -I.. -O2 -g -fPIC -c -o " + file + ".o " + file + ".c";
    }
}

// As GCC prints it to a terminal, with its resets before every erasure.
void addWarning(Writer &w, int at)
{
    const QByteArray file = stem(w, at) + ".c";
    const QByteArray line = QByteArray::number(20 + mix(w.chance, quint64(at)) % 400);
    w.add("\x1b[01m\x1b[K" + file + ':' + line
        + ":12:\x1b[m\x1b[K \x1b[01;35m\x1b[Kwarning: \x1b[m\x1b[Kunused variable "
          "‘\x1b[01m\x1b[Kresult\x1b[m\x1b[K’ [\x1b[01;35m\x1b[K-Wunused-variable\x1b[m\x1b[K]");
    w.add(line.rightJustified(5) + " |         int \x1b[01;35m\x1b[Kresult\x1b[m\x1b[K = 0;");
    w.add("      |             \x1b[01;35m\x1b[K^~~~~~\x1b[m\x1b[K");
}

void addBuild(Writer &w, Style style, int lines)
{
    w.phase("buildPhase");
    w.add("build flags: -j16 SHELL=" + w.recipes.mainPath(w.recipes.shell(w.drv)).text() + "/bin/bash");
    for (int i = 0; i < lines; ++i) {
        w.add(buildLine(w, style, i));
        if (style != Style::Go && style != Style::Python && mix(w.chance, 700 + quint64(i)) % 23 == 0)
            addWarning(w, i);
    }
}

void addCompileError(Writer &w, Style style)
{
    const QByteArray file = stem(w, 3);
    const QByteArray line = QByteArray::number(40 + w.chance % 300);
    if (style == Style::Cargo) {
        w.add("\x1b[0m\x1b[1m\x1b[38;5;9merror[E0308]\x1b[0m\x1b[0m\x1b[1m: mismatched types\x1b[0m");
        w.add("  \x1b[1m\x1b[38;5;12m--> \x1b[0msrc/" + file + ".rs:" + line + ":17");
        w.add("error: could not compile `" + w.package + "` (lib) due to 1 previous error");
        return;
    }
    if (style == Style::Go) {
        w.add("internal/" + file + '/' + file + ".go:" + line + ":2: undefined: newReader");
        return;
    }
    if (style == Style::Haskell) {
        w.add("src/Data/" + file + ".hs:" + line
            + ":9: \x1b[;1m\x1b[31merror\x1b[0m\x1b[0m\x1b[0m\x1b[;1m: "
              "[\x1b[;1m\x1b[31mGHC-83865\x1b[0m\x1b[0m\x1b[0m\x1b[;1m]\x1b[0m");
        w.add("    • Couldn't match expected type ‘Text’ with actual type ‘String’");
        w.add("Error: Setup: Compilation failed.");
        return;
    }
    if (style == Style::Python) {
        w.add("=================================== FAILURES ===================================");
        w.add("tests/test_" + file + ".py:" + line + ": AssertionError");
        w.add("FAILED tests/test_" + file + ".py::test_round_trip - AssertionError: assert 'a' == 'b'");
        w.add("\x1b[31m=================== 1 failed, 212 passed in 14.23s ===================\x1b[0m");
        return;
    }
    w.add("\x1b[01m\x1b[K" + file + ".c:" + line
        + ":9:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kimplicit declaration of function "
          "‘\x1b[01m\x1b[K"
        + file + "_free_all\x1b[m\x1b[K’ [\x1b[01;31m\x1b[K-Wimplicit-function-declaration\x1b[m\x1b[K]");
    w.add(line.rightJustified(5) + " |         \x1b[01;31m\x1b[K" + file + "_free_all\x1b[m\x1b[K(context);");
    w.add("      |         \x1b[01;31m\x1b[K^~~~~~~~~~~~~\x1b[m\x1b[K");
    w.add(style == Style::Autotools ? "make: *** [Makefile:412: " + file + ".o] Error 1"
                                    : "ninja: build stopped: subcommand failed.");
}

void addInstall(Writer &w)
{
    w.phase("installPhase");
    const auto &outputs = w.recipes.outputs(w.drv);
    for (const OutputOf &output : outputs)
        w.add("install: creating directory '" + output.path.text() + '\'');
    w.phase("fixupPhase");
    for (const OutputOf &output : outputs) {
        w.add("shrinking RPATHs of ELF executables and libraries in " + output.path.text());
        w.add("checking for references to /build/ in " + output.path.text() + "...");
        w.add("patching script interpreter paths in " + output.path.text());
    }
}

void addTest(Writer &w, int status)
{
    w.add("Machine state will be reset. To keep it, pass --keep-vm-state");
    w.add("start all VLans");
    w.add("run the VM test script");
    for (int i = 0; i < w.count; ++i) {
        const QByteArray unit = stem(w, i);
        w.add("\x1b[1;38;5;2mmachine\x1b[0m # [" + QByteArray::number(double(i) * 0.41 + 1.2, 'f', 6).rightJustified(12)
            + "] systemd[1]: Started " + unit + ".service.");
        if (i % 20 == 5)
            w.add("machine: (finished: waiting for unit " + unit + ".service, in "
                + QByteArray::number(double(i % 9) + 0.37, 'f', 2) + " seconds)");
    }
    if (status == 0 || status == failedWithOutput) {
        w.add("test script finished in " + QByteArray::number(double(w.count) * 0.6, 'f', 2) + 's');
        w.add("cleanup");
        return;
    }
    w.add("Test \"" + w.package.mid(qsizetype(sizeof "vm-test-run-") - 1)
        + "\" failed with error: \"command `systemctl is-active network-online.target` failed (exit code "
          "3)\"");
    w.add("!!! Traceback (most recent call last):");
    w.add("!!!   File \"<string>\", line 14, in <module>");
    w.add("!!! RequestedAssertionFailed: command `systemctl is-active network-online.target` failed (exit "
          "code 3)");
    w.add("kill machine (pid 9)");
}

void addEnd(Writer &w, int status)
{
    const QByteArray drv = w.recipes.drvPath(w.drv).text();
    if (status == timedOut)
        w.add("building of '" + drv + "' timed out after 14400 seconds of silence");
    else if (status == logLimit)
        w.add("building of '" + drv + "' killed after writing more than 67108864 bytes of log output");
    else if (status == outputLimit)
        w.add("error: output of '" + drv + "' exceeds the maximum size of 4294967295 bytes");
    else if (status == failed)
        w.add("error: builder for '" + drv + "' failed with exit code 1");
}

void addPackage(Writer &w, Style style, int status)
{
    const bool fails = status == failed || status == aborted || status == timedOut || status == logLimit;
    if (w.recipes.hasSource(w.drv.instance))
        addUnpack(w);
    addConfigure(w, style);
    addBuild(w, style, fails ? w.count * int(20 + w.chance % 70) / 100 : w.count);
    if (status == failed)
        addCompileError(w, style);
    if (status == logLimit) {
        for (int i = 0; i < 6000; ++i)
            w.add("assertion 'count < limit' failed at " + stem(w, i) + ".c:88, trying again");
    }
    if (!fails)
        addInstall(w);
}

} // namespace

QByteArray buildLog(Recipes &recipes, Drv drv, int status, quint32 seconds, double part)
{
    Writer w{.recipes = recipes,
        .drv = drv,
        .name = recipes.nixName(drv),
        .package = recipes.isAggregate(drv.instance) ? recipes.nixName(drv)
                                                     : recipes.universe().packageName(recipes.attr(drv.instance)),
        .chance = recipes.chance(drv, 99),
        .count = int(qBound(12U, seconds / 2, 2500U)),
        .lines = {}};
    const Style style = styleOf(recipes, drv);
    if (style == Style::Test)
        addTest(w, status);
    else if (style == Style::Copy)
        w.add("post-installation fixup");
    else
        addPackage(w, style, status);
    const qsizetype there = part >= 1 ? w.lines.size() : qsizetype(double(w.lines.size()) * qMax(0.0, part));
    w.lines = w.lines.first(there);
    if (part >= 1)
        addEnd(w, status);
    return w.lines.isEmpty() ? QByteArray() : w.lines.join('\n') + '\n';
}

QByteArray fetchLog(Recipes &recipes, Drv drv)
{
    const QByteArray size = QByteArray::number(recipes.sourceBytes(drv).size());
    const QByteArray url = recipes.universe().sourceUrl(recipes.attr(drv.instance), recipes.revision(drv.instance));
    // curl's progress returns to the beginning of the line.
    return "\ntrying " + url
        + "\n  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
          "                                 Dload  Upload   Total   Spent    Left  Speed\n"
          "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r"
          "100 "
        + size.rightJustified(5) + "  100 " + size.rightJustified(5)
        + "    0     0  48213      0 --:--:-- --:--:-- --:--:-- 48213\n";
}

} // namespace narscope::sim
