// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// QCommandLineParser does not list its options, but its help text does.
QStringList optionsOf(const QCommandLineParser &parser)
{
    static const QRegularExpression pattern(u"(?:^  |, )(--[a-z][a-z0-9-]*)"_s, QRegularExpression::MultilineOption);
    QStringList options;
    auto matches = pattern.globalMatch(parser.helpText());
    while (matches.hasNext())
        options << matches.next().captured(1);
    options.removeDuplicates();
    return options;
}

QStringList commonOptions()
{
    QCommandLineParser parser;
    declareCommonOptions(parser);
    return optionsOf(parser);
}

/// Those that only this command has.
QStringList ownOptions(const Command &command)
{
    QCommandLineParser parser;
    declare(parser, command);
    auto options = optionsOf(parser);
    const auto common = commonOptions();
    options.removeIf([&](const QString &option) { return common.contains(option); });
    return options;
}

QStringList sortedNames(const std::vector<Command> &commands)
{
    QStringList names;
    for (const auto &command : commands)
        names << command.name;
    names.sort();
    return names;
}

QString quoted(QString text)
{
    return u"'%1'"_s.arg(text.replace(u'\'', u"'\\''"_s));
}

QString bashScript(const std::vector<Command> &commands)
{
    QString cases;
    for (const auto &command : commands)
        cases += u"    %1*) options=\"$common %2\" ;;\n"_s.arg(
            quoted(command.name + u' '), ownOptions(command).join(u' '));
    return uR"(_narscope_cli() {
  local common=%1 options words='' i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == -* ]] || words+="$word "
  done
  options=$common
  case "$words" in
%2  esac
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "${COMP_WORDS[COMP_CWORD]}"))
  else
    local IFS=$'\n' name found=()
    for name in %3; do
      [[ $name == "$words"* ]] && name=${name#"$words"} && found+=("${name%% *}")
    done
    COMPREPLY=($(compgen -W "${found[*]}" -- "${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -o default -F _narscope_cli narscope-cli)"_s.arg(quoted(commonOptions().join(u' ')), cases, [&] {
        QStringList names;
        for (const auto &name : sortedNames(commands))
            names << quoted(name);
        return names.join(u' ');
    }());
}

QString fishScript(const std::vector<Command> &commands)
{
    QStringList lines;
    for (const auto &option : commonOptions())
        lines << u"complete -c narscope-cli -l %1"_s.arg(option.sliced(2));
    for (const auto &command : commands) {
        const auto first = command.name.section(u' ', 0, 0);
        const auto second = command.name.section(u' ', 1);
        if (second.isEmpty())
            lines << u"complete -c narscope-cli -n __fish_use_subcommand -a %1 -d %2"_s.arg(
                first, quoted(command.summary));
        else
            lines << u"complete -c narscope-cli -n __fish_use_subcommand -a %1"_s.arg(first)
                  << u"complete -c narscope-cli -n '__fish_seen_subcommand_from %1' -a %2 -d %3"_s.arg(
                         first, second, quoted(command.summary));
        for (const auto &option : ownOptions(command))
            lines << u"complete -c narscope-cli -n '__fish_seen_subcommand_from %1' -l %2"_s.arg(
                first, option.sliced(2));
    }
    lines.removeDuplicates();
    return lines.join(u'\n');
}

} // namespace

Result<QString> completionScript(const QString &shell, const std::vector<Command> &commands)
{
    if (shell == "bash"_L1)
        return bashScript(commands);
    if (shell == "zsh"_L1) // zsh runs bash's completions, with its file completion as the default
        return u"autoload -U +X bashcompinit && bashcompinit\n"_s + bashScript(commands);
    if (shell == "fish"_L1)
        return fishScript(commands);
    return problemSaying(ProblemKind::Usage, u"There is completion for bash, zsh and fish, not for “%1”."_s.arg(shell));
}

} // namespace narscope::cli
