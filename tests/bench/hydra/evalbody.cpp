// SPDX-License-Identifier: GPL-3.0-or-later
#include "evalbody.h"

#include <algorithm>
#include <array>
#include <format>
#include <random>
#include <string>
#include <vector>

namespace narscope::bench {

namespace {

using Random = std::mt19937_64;

constexpr std::array systems{"x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"};
constexpr std::array sets{"", "", "", "haskellPackages.", "python313Packages.", "perlPackages.",
    "linuxKernel.packages.linux_6_12.", "emacsPackages.", "rPackages.", "texlivePackages."};
constexpr std::array words{"amber", "boost", "cairo", "delta", "event", "flask", "graph", "http", "image", "json",
    "kernel", "lens", "matrix", "network", "opencv", "parser", "quick", "render", "stream", "tensor", "unicode",
    "vector", "widget", "xml", "yaml", "zstd"};

std::size_t below(Random &random, std::size_t limit)
{
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

std::string storePath(Random &random, const std::string &name)
{
    constexpr std::string_view digits = "0123456789abcdfghijklmnpqrsvwxyz";
    std::string path = "/nix/store/";
    for (int i = 0; i < 32; ++i)
        path += digits[below(random, digits.size())];
    return path + '-' + name;
}

struct Package {
    std::string attribute;
    std::string nixName;
    std::vector<std::string> outputs;
    std::string evals;
};

/// Builds that did not change since a common evaluation share their list.
std::string evalList(Random &random)
{
    const auto newest = 1'825'000;
    const auto count = 1 + std::min(below(random, 30), below(random, 30));
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i)
        list += std::format("{}{}", i ? "," : "", newest - int(i) * 7);
    return list + ']';
}

Package somePackage(Random &random, int number)
{
    Package package;
    const auto name
        = std::format("{}-{}{}", words[below(random, words.size())], words[below(random, words.size())], number % 97);
    package.attribute = sets[below(random, sets.size())] + name;
    package.nixName = std::format("{}-{}.{}.{}", name, below(random, 9), below(random, 30), below(random, 20));
    package.outputs = {"out"};
    constexpr std::array more{"dev", "lib", "man", "doc"};
    for (auto left = std::min(below(random, 5), below(random, 4)); left > 0; --left)
        package.outputs.push_back(more[left - 1]);
    package.evals = evalList(random);
    return package;
}

std::string join(std::vector<std::string> &members, Random &random)
{
    std::ranges::shuffle(members, random);
    std::string text = "{";
    for (const auto &member : members)
        text.append(text.size() > 1 ? "," : "").append(member);
    return text + '}';
}

std::string build(Random &random, const Package &package, int id, const char *system)
{
    const bool isFinished = below(random, 100) < 97;
    const auto status = below(random, 100) < 94 ? 0 : below(random, 12);
    std::vector<std::string> outputs;
    std::vector<std::string> products;
    for (const auto &output : package.outputs) {
        const auto path = storePath(random, package.nixName + (output == "out" ? std::string() : '-' + output));
        outputs.push_back(std::format(R"("{}":{{"path":"{}"}})", output, path));
        std::vector<std::string> product{R"("type":"nix-build")",
            std::format(R"("subtype":"{}")", output == "out" ? "" : output),
            std::format(R"("name":"{}")", package.nixName), std::format(R"("path":"{}")", path), R"("defaultpath":"")",
            R"("filesize":null)", R"("sha256hash":null)"};
        products.push_back(std::format(R"("{}":{})", products.size() + 1, join(product, random)));
    }
    if (!isFinished || status != 0)
        products.clear();
    const auto queued = 1'795'000'000 + int(below(random, 300'000));
    std::vector<std::string> members{std::format(R"("id":{})", id), std::format(R"("finished":{})", isFinished ? 1 : 0),
        std::format(R"("timestamp":{})", queued),
        isFinished ? std::format(R"("starttime":{})", queued + 100) : R"("starttime":null)",
        isFinished ? std::format(R"("stoptime":{})", queued + 500) : R"("stoptime":null)", R"("project":"nixpkgs")",
        R"("jobset":"unstable")", std::format(R"("job":"{}.{}")", package.attribute, system),
        std::format(R"("nixname":"{}")", package.nixName), std::format(R"("system":"{}")", system), R"("priority":100)",
        isFinished ? std::format(R"("buildstatus":{})", status) : R"("buildstatus":null)", R"("releasename":null)",
        std::format(R"("drvpath":"{}.drv")", storePath(random, package.nixName)),
        std::format(R"("jobsetevals":{})", package.evals), R"("buildoutputs":)" + join(outputs, random),
        R"("buildproducts":)" + join(products, random), R"("buildmetrics":{})"};
    return join(members, random);
}

} // namespace

QByteArray evalBody(int builds)
{
    Random random(42);
    QByteArray body("[");
    body.reserve(qsizetype(builds) * 1000);
    Package package;
    for (int i = 0; i < builds; ++i) {
        if (i % int(systems.size()) == 0)
            package = somePackage(random, i);
        if (i > 0)
            body.append(',');
        body.append(build(random, package, 300'000'000 + i, systems[std::size_t(i) % systems.size()]));
    }
    body.append(']');
    return body;
}

} // namespace narscope::bench
