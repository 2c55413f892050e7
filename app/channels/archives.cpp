// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/parsers.h"
#include "nix/decoder.h"
#include "nix/storepath.h"

#include <simdjson.h>

#include <algorithm>

using namespace Qt::StringLiterals;
namespace ondemand = simdjson::ondemand;

// The large files of a release: store-paths.xz and packages.json.br.

namespace narscope::channels {

namespace {

constexpr std::uint64_t largestPathList = 256 * 1024 * 1024; ///< bytes; a release of all systems has 20 MB
constexpr qsizetype mostPackages = 2'000'000; ///< nixpkgs has 150,000
constexpr int mostMaintainers = 1000; ///< of one package

QString text(ondemand::value value)
{
    std::string_view utf8;
    if (value.get_string().get(utf8) != simdjson::SUCCESS)
        return {};
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString maintainerName(ondemand::value value)
{
    ondemand::object person;
    if (value.get_object().get(person) != simdjson::SUCCESS)
        return {};
    QString github;
    QString name;
    for (auto field : person) {
        std::string_view key;
        ondemand::value member;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(member) != simdjson::SUCCESS)
            break;
        if (key == "github")
            github = text(member);
        else if (key == "name")
            name = text(member);
    }
    return github.isEmpty() ? name : github;
}

QStringList maintainers(ondemand::value value)
{
    ondemand::array people;
    if (value.get_array().get(people) != simdjson::SUCCESS)
        return {};
    QStringList names;
    for (auto person : people) {
        ondemand::value one;
        if (person.get(one) != simdjson::SUCCESS || names.size() >= mostMaintainers)
            break;
        if (auto name = maintainerName(one); !name.isEmpty())
            names.append(std::move(name));
    }
    return names;
}

void readMeta(ondemand::value value, Package &package)
{
    ondemand::object meta;
    if (value.get_object().get(meta) != simdjson::SUCCESS)
        return;
    for (auto field : meta) {
        std::string_view key;
        ondemand::value member;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(member) != simdjson::SUCCESS)
            return;
        if (key == "maintainers")
            package.maintainers = maintainers(member);
        else if (key == "position")
            package.position = text(member);
        else if (key == "broken")
            package.isBroken = member.get_bool().value_unsafe();
    }
}

void readPackage(ondemand::value value, Package &package)
{
    ondemand::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS)
        return;
    QString fullName;
    for (auto field : members) {
        std::string_view key;
        ondemand::value member;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(member) != simdjson::SUCCESS)
            break;
        if (key == "meta")
            readMeta(member, package);
        else if (key == "pname")
            package.name = text(member);
        else if (key == "name")
            fullName = text(member);
        else if (key == "version")
            package.version = text(member);
    }
    if (package.name.isEmpty())
        package.name = fullName;
}

std::unexpected<Problem> unreadable(simdjson::error_code error)
{
    return problemSaying(ProblemKind::Malformed, u"The list of packages cannot be read."_s, u"packages.json"_s,
        QString::fromUtf8(simdjson::error_message(error)));
}

Result<QList<Package>> packagesOf(ondemand::object all)
{
    QList<Package> packages;
    for (auto field : all) {
        std::string_view key;
        ondemand::value value;
        if (const auto error = field.unescaped_key().get(key))
            return unreadable(error);
        Package package{.attribute = QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()))};
        if (const auto error = field.value().get(value))
            return unreadable(error);
        readPackage(value, package);
        packages.append(std::move(package));
        if (packages.size() > mostPackages)
            return problem(ProblemKind::TooLarge, u"packages.json"_s, u"more than %1 packages"_s.arg(mostPackages));
    }
    std::ranges::sort(packages, {}, &Package::attribute);
    return packages;
}

/// `json` gets the padding that simdjson reads past the end.
Result<QList<Package>> parsePackages(QByteArray json)
{
    const auto size = static_cast<std::size_t>(json.size());
    json.resize(json.size() + qsizetype(simdjson::SIMDJSON_PADDING), '\0');
    ondemand::parser parser;
    ondemand::document document;
    if (const auto error = parser.iterate(json.constData(), size, static_cast<std::size_t>(json.size())).get(document))
        return unreadable(error);
    ondemand::object all;
    if (const auto error = document.find_field_unordered("packages").get_object().get(all))
        return unreadable(error);
    return packagesOf(all);
}

} // namespace

Result<QList<QByteArray>> readStorePaths(QByteArrayView xz)
{
    auto lines = nix::decompress(xz, nix::Compression::Xz, {.output = largestPathList});
    if (!lines)
        return std::unexpected(std::move(lines.error()));
    QList<QByteArray> paths;
    for (const auto line : qTokenize(QLatin1StringView(*lines), u'\n', Qt::SkipEmptyParts)) {
        const QByteArrayView bytes(line.data(), line.size());
        if (!nix::StorePath::fromText(bytes))
            return problemSaying(
                ProblemKind::Malformed, u"This is no list of store paths."_s, u"line %1"_s.arg(paths.size() + 1));
        paths.append(bytes.toByteArray());
    }
    return paths;
}

Result<QList<Package>> readPackages(QByteArrayView body)
{
    if (body.size() > largestUnpacked)
        return problem(ProblemKind::TooLarge, u"packages.json"_s, u"%1 bytes"_s.arg(body.size()));
    if (body.startsWith('{'))
        return parsePackages(body.toByteArray());
    auto json = nix::decompress(body, nix::Compression::Brotli, {.output = quint64(largestUnpacked)});
    if (!json)
        return std::unexpected(std::move(json.error()));
    return parsePackages(std::move(*json));
}

} // namespace narscope::channels
