// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/filetree.h"

#include "sim/packing.h"

#include <algorithm>

namespace narscope::sim {

using nix::NarTree;

namespace {

struct Output {
    Recipes &recipes;
    Drv drv;
    QByteArray name; ///< "out", ...
    QByteArray package; ///< "openssl"
    QByteArray version;
    QByteArray own; ///< store path as text
    QByteArrayList inputs; ///< main paths of the runtime inputs
    quint64 chance = 0;
};

void put(NarTree &root, const QByteArray &path, NarTree node)
{
    NarTree *at = &root;
    const QByteArrayList parts = path.split('/');
    for (const QByteArray &part : parts.first(parts.size() - 1))
        at = &at->entries[part];
    at->entries[parts.last()] = std::move(node);
}

// Bytes as compiled code has them: some compress well, some do not.
QByteArray code(quint64 seed, qsizetype size)
{
    QByteArray bytes;
    bytes.reserve(size);
    for (quint64 i = 0; bytes.size() < size; ++i) {
        const quint64 word = mix(seed, i);
        if (word % 3 == 0)
            bytes.append(16, '\0');
        else if (word % 3 == 1)
            bytes.append("\x48\x89\xe5\x41\x57\x41\x56", 7);
        else
            bytes.append(reinterpret_cast<const char *>(&word), sizeof word);
    }
    bytes.truncate(size);
    return bytes;
}

// An ELF head, the search path for libraries, then code.
QByteArray program(const Output &output, qsizetype size)
{
    QByteArray bytes("\x7f"
                     "ELF\x02\x01\x01\x00",
        8);
    bytes.append(56, '\0');
    QByteArrayList places;
    for (const QByteArray &input : output.inputs)
        places.append(input + "/lib");
    bytes += "RUNPATH\0" + places.join(':') + '\0';
    return bytes + code(output.chance, size);
}

qsizetype codeSize(const Output &output)
{
    return qsizetype(2048 + output.chance % 24'000);
}

void addPrograms(NarTree &root, const Output &output)
{
    put(root, "bin/" + output.package, NarTree::file(program(output, codeSize(output)), true));
    if (output.chance % 3 == 0 && !output.inputs.isEmpty()) {
        const QByteArray script = "#! " + output.inputs.last() + "/bin/bash -e\nexec \"" + output.own + "/bin/"
            + output.package + "\" \"$@\"\n";
        put(root, "bin/" + output.package + "-wrapped", NarTree::file(script, true));
    }
}

void addLibrary(NarTree &root, const Output &output)
{
    const QByteArray library = "lib" + output.package + ".so";
    put(root, "lib/" + library + ".1", NarTree::file(program(output, codeSize(output)), true));
    put(root, "lib/" + library, NarTree::link(library + ".1"));
}

void addHeaders(NarTree &root, const Output &output)
{
    const OutputOf &main = output.recipes.outputs(output.drv)[output.recipes.mainOutput(output.drv)];
    put(root, "include/" + output.package + ".h",
        NarTree::file("#pragma once\n\nint " + QByteArray(output.package).replace('-', '_') + "_init(void);\n"));
    put(root, "lib/pkgconfig/" + output.package + ".pc",
        NarTree::file("prefix=" + output.own + "\nlibdir=" + main.path.text() + "/lib\n\nName: " + output.package
            + "\nVersion: " + output.version + "\nLibs: -L${libdir} -l" + output.package
            + "\nCflags: -I${prefix}/include\n"));
    put(root, "nix-support/propagated-build-inputs", NarTree::file(' ' + main.path.text()));
}

void addMain(NarTree &root, const Output &output)
{
    const auto &outs = output.recipes.outputs(output.drv);
    const auto has = [&outs](const char *name) { return std::ranges::find(outs, name, &OutputOf::name) != outs.end(); };
    if (!has("bin"))
        addPrograms(root, output);
    if (!has("lib"))
        addLibrary(root, output);
    put(root, "share/" + output.package + "/config.json",
        NarTree::file("{\"name\": \"" + output.package + "\", \"version\": \"" + output.version + "\", \"prefix\": \""
            + output.own + "\"}\n"));
}

NarTree packageTree(const Output &output)
{
    NarTree root;
    if (output.name == "out")
        addMain(root, output);
    else if (output.name == "bin")
        addPrograms(root, output);
    else if (output.name == "lib")
        addLibrary(root, output);
    else if (output.name == "dev")
        addHeaders(root, output);
    else if (output.name == "man")
        put(root, "share/man/man1/" + output.package + ".1.gz",
            NarTree::file(gzipped(".TH " + output.package.toUpper() + " 1\n")));
    else if (output.name == "info")
        put(root, "share/info/" + output.package + ".info", NarTree::file("This is " + output.package + ".info.\n"));
    else if (output.name == "dist")
        put(root, output.package + '-' + output.version + "-py3-none-any.whl",
            NarTree::file(code(output.chance, 1500)));
    else
        put(root, "share/" + output.name + '/' + output.package + "/index.txt",
            NarTree::file(output.recipes.universe().description(output.recipes.attr(output.drv.instance)) + '\n'));
    return root;
}

// A build that offers files: the files, and Hydra's list of them.
NarTree productTree(Recipes &recipes, Drv drv, const QByteArray &own)
{
    NarTree root;
    QByteArray list;
    for (const ProductFile &file : productsOf(recipes, drv)) {
        put(root, file.place, NarTree::file(file.bytes));
        list += file.type + ' ' + file.subtype + ' ' + own + '/' + file.place + '\n';
    }
    put(root, "nix-support/hydra-build-products", NarTree::file(list));
    put(root, "nix-support/hydra-release-name", NarTree::file(recipes.nixName(drv)));
    return root;
}

NarTree aggregateTree(Recipes &recipes, Drv drv)
{
    NarTree root;
    put(root, "nix-support/hydra-build-products", NarTree::file({}));
    put(root, "nix-support/hydra-release-name", NarTree::file(recipes.nixName(drv)));
    return root;
}

QByteArray testReport(const QByteArray &test)
{
    return "<!DOCTYPE html>\n<html><head><title>" + test
        + "</title></head><body><pre>machine: starting vm\n"
          "machine: waiting for unit multi-user.target\n(finished: waiting for unit multi-user.target, in "
          "21.43 seconds)\n"
          "test script finished in 64.21s\n</pre></body></html>\n";
}

QList<ProductFile> imageFiles(const Recipes &recipes, Drv drv, const QByteArray &name)
{
    QByteArray bytes(32 * 1024, '\0'); // an ISO 9660 image begins with 16 unused sectors
    bytes += QByteArray("\x01"
                        "CD001\x01\x00",
                 8)
        + QByteArray(32, ' ') + name.left(32).leftJustified(32, ' ') + code(recipes.chance(drv, 5), 96 * 1024);
    return {{.type = "file",
        .subtype = "iso",
        .place = "iso/" + name + '-' + sim::name(drv.system) + ".iso",
        .bytes = bytes}};
}

QList<ProductFile> tarballFiles(const QByteArray &name, bool channel)
{
    const QByteArray release = name.mid(name.indexOf('-') + 1);
    const QByteArray tar = makeTarball(release, {{".version", "26.11"}, {"default.nix", "import ./pkgs/top-level\n"}});
    const QByteArray dist = channel ? "nixexprs" : name;
    QList<ProductFile> files{
        {.type = "file", .subtype = "source-dist", .place = "tarballs/" + dist + ".tar.xz", .bytes = xzCompressed(tar)},
        {.type = "file",
            .subtype = "source-dist",
            .place = "tarballs/" + dist + ".tar.zst",
            .bytes = zstdCompressed(tar)}};
    return files;
}

} // namespace

QList<ProductFile> productsOf(Recipes &recipes, Drv drv)
{
    if (drv.source || recipes.isAggregate(drv.instance))
        return {};
    const Attr attr = recipes.attr(drv.instance);
    const QByteArray name = recipes.nixName(drv);
    const QByteArray attrName = recipes.universe().attrName(attr);
    switch (recipes.universe().kind(attr)) {
    case Kind::Test:
        return {{.type = "report", .subtype = "coverage", .place = "log.html", .bytes = testReport(name)}};
    case Kind::Image:
        return imageFiles(recipes, drv, name);
    case Kind::Tarball:
        return tarballFiles(name, attrName == "nixos.channel");
    case Kind::Document:
        if (attrName == "nixos.options")
            return {{.type = "file",
                .subtype = "json",
                .place = "share/doc/nixos/options.json",
                .bytes = "{\"services.openssh.enable\": {\"type\": \"boolean\", \"default\": false}}\n"}};
        return {{.type = "doc",
            .subtype = "manual",
            .place = "share/doc/nixos/index.html",
            .bytes = "<!DOCTYPE html>\n<html><head><title>" + name
                + "</title></head><body><h1>NixOS Manual</h1></body></html>\n"}};
    default:
        return {};
    }
}

NarTree fileTree(Recipes &recipes, Drv drv, size_t output)
{
    if (drv.source)
        return NarTree::file(recipes.sourceBytes(drv));
    const OutputOf &which = recipes.outputs(drv).at(output);
    if (recipes.isAggregate(drv.instance))
        return aggregateTree(recipes, drv);
    const Attr attr = recipes.attr(drv.instance);
    const Universe &universe = recipes.universe();
    const Kind kind = universe.kind(attr);
    if (kind != Kind::Package && kind != Kind::Bootstrap)
        return productTree(recipes, drv, which.path.text());
    Output made{.recipes = recipes,
        .drv = drv,
        .name = which.name,
        .package = universe.packageName(attr),
        .version = recipes.version(drv.instance),
        .own = which.path.text(),
        .inputs = {},
        .chance = recipes.chance(drv, output)};
    for (const Drv input : recipes.runtimeInputs(drv))
        made.inputs.append(recipes.mainPath(input).text());
    return packageTree(made);
}

} // namespace narscope::sim
