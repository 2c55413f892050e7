// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worldplan.h"

#include <algorithm>

namespace narscope::sim {

namespace {

constexpr qint64 hour = 3600;
const QByteArray nixpkgsGit = "https://github.com/NixOS/nixpkgs.git";

QList<InputFacts> nixpkgsInputs(const QByteArray &branch, bool nixos)
{
    QList<InputFacts> inputs{{.name = "nixpkgs", .type = "git", .value = nixpkgsGit + ' ' + branch},
        {.name = "officialRelease", .type = "boolean", .value = "false"}};
    if (nixos)
        inputs.append(
            {.name = "stableBranch", .type = "boolean", .value = branch.startsWith("release-") ? "true" : "false"});
    else
        inputs.append({.name = "supportedSystems",
            .type = "nix",
            .value = R"([ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ])"});
    return inputs;
}

JobsetPlan nixpkgs(
    const QByteArray &name, const QByteArray &branch, Selection selection, qint64 every, const QByteArray &description)
{
    return {.facts = {.project = "nixpkgs",
                .name = name,
                .formerName = {},
                .description = description,
                .flake = {},
                .exprInput = "nixpkgs",
                .exprPath = "pkgs/top-level/release.nix",
                .branch = branch,
                .repository = nixpkgsGit,
                .jobPrefix = {},
                .checkInterval = int(every),
                .shares = 1000,
                .keep = 1,
                .fetchError = {},
                .inputs = nixpkgsInputs(branch, false)},
        .selection = selection,
        .one = {},
        .aggregate = {},
        .every = every};
}

JobsetPlan nixos(
    const QByteArray &name, const QByteArray &branch, Selection selection, qint64 every, const QByteArray &description)
{
    JobsetPlan plan = nixpkgs(name, branch, selection, every, description);
    plan.facts.project = "nixos";
    plan.facts.exprPath = selection == Selection::Small ? "nixos/release-small.nix" : "nixos/release-combined.nix";
    plan.facts.jobPrefix = "nixpkgs.";
    plan.facts.shares = selection == Selection::Small ? 5000000 : 100000;
    plan.facts.inputs = nixpkgsInputs(branch, true);
    plan.aggregate = "tested";
    return plan;
}

JobsetPlan own(
    const QByteArray &project, const QByteArray &name, const QByteArray &package, const QByteArray &description)
{
    JobsetPlan plan = nixpkgs(name, {}, Selection::One, 3 * hour, description);
    plan.facts.project = project;
    plan.facts.repository = "https://github.com/NixOS/" + project + ".git";
    plan.facts.exprInput = project + "Src";
    plan.facts.exprPath = "release.nix";
    plan.facts.inputs = {{.name = project + "Src", .type = "git", .value = plan.facts.repository + " master"},
        {.name = "nixpkgs", .type = "git", .value = nixpkgsGit + " nixos-unstable-small"}};
    plan.one = package;
    return plan;
}

std::vector<JobsetPlan> makeJobsets()
{
    std::vector<JobsetPlan> list;
    list.push_back(nixpkgs("unstable", "master", Selection::Nixpkgs, 5 * hour, "Nixpkgs (unstable)"));
    list.back().facts.formerName = "trunk";
    list.back().aggregate = "unstable";
    list.push_back(
        nixpkgs("staging-next", "staging-next", Selection::Nixpkgs, 12 * hour, "Mass rebuilds on their way to master"));
    list.push_back(
        nixpkgs("nixpkgs-26.05-darwin", "release-26.05", Selection::Darwin, 12 * hour, "Nixpkgs 26.05 for macOS"));
    list.back().aggregate = "darwin-tested";
    list.push_back(nixpkgs("cross-trunk", "master", Selection::Nothing, 24 * hour,
        "Cross compilation; switched off for lack of machines"));
    list.back().facts.enabled = 0;
    list.push_back(nixpkgs("wip-gcc16", "gcc16", Selection::Nothing, 24 * hour, "Experiments with the next compiler"));
    list.back().facts.visible = false;
    list.push_back(nixos("unstable", "master", Selection::Nixos, 6 * hour, "NixOS (unstable)"));
    list.back().facts.formerName = "trunk-combined";
    list.push_back(nixos("unstable-small", "master", Selection::Small, 2 * hour, "NixOS (unstable), small and quick"));
    list.push_back(nixos("release-26.05", "release-26.05", Selection::Nixos, 8 * hour, "NixOS 26.05"));
    list.push_back(
        nixos("release-26.05-small", "release-26.05", Selection::Small, 3 * hour, "NixOS 26.05, small and quick"));
    list.push_back(nixos("gone-branch", "bold-experiment", Selection::Nothing, 24 * hour, "A branch that was removed"));
    list.back().facts.fetchError = "error fetching latest change from git repo at `" + nixpkgsGit
        + "':\nfatal: couldn't find remote ref refs/heads/bold-experiment\n";
    list.back().aggregate.clear();
    list.push_back(own("patchelf", "master", "patchelf", "PatchELF from its own repository"));
    list.push_back(own("nix", "master", "nix", "Nix from its own repository, as a flake"));
    list.back().facts.flake = "github:NixOS/nix";
    list.back().facts.inputs.clear();
    list.back().facts.exprInput.clear();
    list.back().facts.exprPath.clear();
    return list;
}

JobsetIndex gate(const QByteArray &project, const QByteArray &jobset)
{
    const auto &list = plannedJobsets();
    const auto found = std::ranges::find_if(
        list, [&](const JobsetPlan &plan) { return plan.facts.project == project && plan.facts.name == jobset; });
    return JobsetIndex{quint16(found - list.begin())};
}

MachineFacts linuxMachine(const QByteArray &host, System system, int jobs, double speed, int cpus)
{
    return {.host = host + ".builder.nixos.org",
        .systems = {system},
        .features = {"kvm", "nixos-test", "benchmark"},
        .mandatoryFeatures = {},
        .maxJobs = jobs,
        .speed = speed,
        .cpus = cpus,
        .memory = qint64(cpus) * 4 << 30,
        .score = speed * jobs,
        .nixVersion = "2.31.2"};
}

MachineFacts bigMachine(const QByteArray &host, System system, int jobs, double speed, int cpus)
{
    MachineFacts machine = linuxMachine(host, system, jobs, speed, cpus);
    machine.features = {"kvm", "nixos-test", "big-parallel"};
    machine.mandatoryFeatures = {"big-parallel"};
    return machine;
}

MachineFacts mac(const QByteArray &host, int jobs)
{
    return {.host = host + ".mac.nixos.org",
        .systems = {System::X86Darwin, System::ArmDarwin},
        .features = {"apple-virt", "big-parallel"},
        .mandatoryFeatures = {},
        .maxJobs = jobs,
        .speed = 1.2,
        .cpus = 8,
        .memory = qint64(24) << 30,
        .score = 1.2 * jobs,
        .nixVersion = "2.31.2"};
}

} // namespace

const std::vector<ProjectFacts> &plannedProjects()
{
    static const std::vector<ProjectFacts> list{
        {.name = "nixpkgs",
            .displayName = "Nixpkgs",
            .description = "Nix Packages collection",
            .homepage = "https://nixos.org/nixpkgs",
            .owner = "eelco"},
        {.name = "nixos",
            .displayName = "NixOS",
            .description = "NixOS, the purely functional Linux distribution",
            .homepage = "https://nixos.org",
            .owner = "eelco"},
        {.name = "patchelf",
            .displayName = "PatchELF",
            .description = "Utility for modifying ELF files",
            .homepage = "https://github.com/NixOS/patchelf",
            .owner = "eelco"},
        {.name = "nix",
            .displayName = "Nix",
            .description = "Nix, the purely functional package manager",
            .homepage = "https://nixos.org/nix",
            .owner = "eelco"},
        {.name = "attic",
            .displayName = "Attic",
            .description = "What was tried once",
            .homepage = {},
            .owner = "eelco",
            .enabled = false,
            .hidden = true},
    };
    return list;
}

const std::vector<JobsetPlan> &plannedJobsets()
{
    static const std::vector<JobsetPlan> list = makeJobsets();
    return list;
}

std::vector<MachineFacts> plannedMachines(int jobs)
{
    const int size = qMax(1, jobs / 1200);
    return {linuxMachine("elated-minsky", System::X86Linux, 4 * size, 1.0, 48),
        linuxMachine("sleepy-brown", System::X86Linux, 4 * size, 1.1, 48),
        linuxMachine("goofy-hopcroft", System::X86Linux, 3 * size, 0.9, 32),
        bigMachine("hopeful-rivest", System::X86Linux, 2 * size, 1.6, 96),
        linuxMachine("vigilant-knuth", System::ArmLinux, 4 * size, 0.8, 80),
        linuxMachine("gentle-lovelace", System::ArmLinux, 3 * size, 0.8, 80),
        bigMachine("patient-hamilton", System::ArmLinux, 2 * size, 1.3, 128), mac("enormous-catfish", 2 * size),
        mac("growing-jennet", 2 * size), mac("intense-heron", 2 * size), mac("maximum-snail", 2 * size)};
}

std::vector<ChannelFacts> plannedChannels()
{
    return {
        {.name = "nixos-unstable",
            .gateJobset = gate("nixos", "unstable"),
            .gateJob = "tested",
            .status = "rolling",
            .variant = "primary",
            .releasePrefix = "nixos/unstable"},
        {.name = "nixos-unstable-small",
            .gateJobset = gate("nixos", "unstable-small"),
            .gateJob = "tested",
            .status = "rolling",
            .variant = "small",
            .releasePrefix = "nixos/unstable-small"},
        {.name = "nixpkgs-unstable",
            .gateJobset = gate("nixpkgs", "unstable"),
            .gateJob = "unstable",
            .status = "rolling",
            .variant = {},
            .releasePrefix = "nixpkgs"},
        {.name = "nixos-26.05",
            .gateJobset = gate("nixos", "release-26.05"),
            .gateJob = "tested",
            .status = "stable",
            .variant = "primary",
            .releasePrefix = "nixos/26.05"},
        {.name = "nixos-26.05-small",
            .gateJobset = gate("nixos", "release-26.05-small"),
            .gateJob = "tested",
            .status = "stable",
            .variant = "small",
            .releasePrefix = "nixos/26.05-small"},
        {.name = "nixpkgs-26.05-darwin",
            .gateJobset = gate("nixpkgs", "nixpkgs-26.05-darwin"),
            .gateJob = "darwin-tested",
            .status = "stable",
            .variant = "darwin",
            .releasePrefix = "nixpkgs/26.05-darwin"},
    };
}

QList<QByteArray> smallPackages()
{
    return {"bash", "coreutils", "curl", "emacs", "git", "gnupg", "hello", "jq", "linux", "nano", "networkmanager",
        "nginx", "nix", "openapv", "openssh", "openssl", "perl", "php", "postgresql", "python3", "redis", "ripgrep",
        "rsync", "stdenv", "systemd", "tmux", "vim", "nixos.channel", "nixos.manual", "nixos.options", "tarball",
        "nixos.tests.firewall", "nixos.tests.login", "nixos.tests.nfs4", "nixos.tests.openssh",
        "nixos.tests.networking.scripted", "nixos.tests.installer.simple"};
}

} // namespace narscope::sim
