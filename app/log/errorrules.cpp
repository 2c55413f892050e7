// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/extract.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

/// How one tool writes an error. The first rule that fits a line judges it.
struct Rule {
    ErrorKind kind;
    int weight;
    const char *pattern; ///< its first group, if any, is the message
    bool lastCounts = false;
};

using enum ErrorKind;

/// Lines that have the words and are no errors.
constexpr const char *harmless = R"((?xi)
    ^checking\ | ^!!!\ +(?:File|Traceback) | ^\s*error:$ | ^(?:error:\ )?usage:\  | \becho\ ["'] | ^\[(?:WARN(?:ING)?|INFO|DEBUG)\] | ^(?:applying\ patch|patching\ file)\ | ^\s*--\ (?:Looking|Performing|Check|Detecting|Found|GLOB|Could\ NOT) | \b(?:0|no)\ (?:errors?|fail(?:ed|ures?)|tests?\ failed)\b
    | \b(?:warning|note):\s | -W(?:no-)?error\b(?!\S*\]) | \bignor(?:ed|ing)\b | \bexpected\ (?:fail|error) | \bxfail | \btests?\ passed\b
    | ^(?:PASS|SKIP|UNSUPPORTED|UNTESTED)(?:ED)?: | \b(?:errors?|fail(?:ed|ures?|s)?)\s*[:=]\s*0\s*(?:,|$) | [\x{2713}\x{2714}] | \bfound:\ NO\b
    | \bOK\s+[\d.]+\s*s\b | \bEXPECTEDFAIL\b | \bSKIP\b | ^\s*\d+:\d+\s+warning\b
    | \berrors?\.(?:c|cc|cpp|h|hpp|py|rs|go|o|so|js|ts|html?|1|3)\b(?!:\d) | \bok\s*$ | \.{3}\s*(?:ok|no|yes|passed|skipped|done)\b)";

const Rule rules[] = {
    // Says that something failed, not why.
    {Consequence, 12, R"(^g?make(?:\[\d+\])?: \*\*\* (.*))"},
    {Consequence, 10, R"(^ninja: (?:build stopped|error: rebuilding))"},
    {Consequence, 14, R"(^FAILED: (?:\[code=\d+\] )?\S+\s*$)"},
    {Consequence, 12, R"(^collect2: error: ld returned)"},
    {Consequence, 12, R"(^clang(?:\+\+)?: error: linker command failed)"},
    {Consequence, 10,
        R"(^error: (?:builder for|Build of|Cannot build|build of|\d+ dependenc|some|aborting due to|could not compile|build failed|test failed, to rerun|failed to run custom build command|subprocess-exited|\d+ errors?$))"},
    {Consequence, 10,
        R"(^(?:Errors while running CTest|The following tests FAILED|Build step .* failed|BUILD FAILED|FAILED \(.*\)$|FAIL$|FAIL\t\S+|\d+ errors? generated|\d+ errors?\.?$))"},
    {Consequence, 10,
        R"(^(?:=+ .*\b(?:failed|errors?)\b.* in [\d.]+s.*=+|test result: FAILED.*|Tests? failed|(?!.*(?:EXPECTEDFAIL|SKIP)).*exit (?:status|code) \d+\.?)$)"},
    {Consequence, 12,
        R"(^(?:For more information about this error|Some errors have detailed|The terminal process|ERROR: (?:Command errored|Failed building wheel|Could not build wheels|Failed to build)).*)"},
    {Consequence, 10, R"(^(?:make|gmake)(?:\[\d+\])?: (?:Leaving|Entering|Target .* not remade))"},
    {Consequence, 11,
        R"(^(?:-- )?(?:Configuring incomplete, errors occurred|CMake Error: .*CMAKE_\w+_COMPILER not set|See also))"},

    {Consequence, 10,
        R"(^(?:Error: \S+ returned an error exitcode|\S+\(\d+\) Fatal: There were \d+ errors.*|Fatal: Compilation aborted)$)"},
    {Consequence, 10, R"(^\S+: found \d+ (?:fatal )?errors?$)"},
    {Consequence, 14, R"(^Error \w+ing [^:]*:$)"},
    {Consequence, 14,
        R"(^\s*(?:ERROR|Error|error):\s+(?:Error (?:installing|building|compiling)|Failed to build)\b.*)"},
    {Consequence, 14, R"(^\S+:\d+: fatal parse error$)"},
    {Consequence, 14, R"(^\*{3} .* failed \*{3}$)"},
    {Consequence, 13, R"(.*\bwarnings (?:being )?treated as errors\b.*)"},
    {Consequence, 14, R"(^(?:Test suite \S+|Result): FAIL$)"},
    {Consequence, 29, R"(^(?:ERROR|Error|error): \W?\w[\w -]*\W? failed(?: (?:for|to) [^:]*)?$)"},
    {Consequence, 10,
        R"(^tar: (?:Child returned status \d+|Error is not recoverable: exiting now|Exiting with failure status.*)$)"},

    {HashMismatch, 99, R"((hash mismatch in fixed-output derivation.*|.*hash mismatch importing path.*))"},
    {Disk, 97, R"((.*(?:No space left on device|Disk quota exceeded|write error: no space).*))"},
    {Memory, 96,
        R"((.*(?:Killed signal terminated program|virtual memory exhausted|Cannot allocate memory|[Oo]ut of memory|OutOfMemoryError|std::bad_alloc|memory allocation of \d+ bytes failed|signal: 9, SIGKILL|MemoryError).*))"},
    {LogLimit, 95, R"((.*(?:log limit|output limit|killed after writing more than \d+ bytes of log).*))"},
    {Timeout, 95,
        R"((.*(?:timed out after \d+ seconds(?: of silence)?|Timeout \d+s? exceeded|\*\*\*Timeout|TIMEOUT:).*))"},
    {Evaluation, 92,
        R"(^error: (attribute '.*' missing|undefined variable '.*'|infinite recursion encountered|assertion '.*' failed|syntax error, .*|The option .* does not exist.*|value is .* while .*|Package .* is marked as (?:broken|insecure).*))"},

    {Compiler, 90,
        R"(^\s*(?:In file included .*)?[^\s:][^:]*:\d+(?::\d+)?: (?:fatal |internal compiler )?error:? ?(.*))"},
    {Haskell, 90, R"(^\S+\.l?hs:\d+:\d+: error:\s*(.*))"},
    {Java, 90, R"(^(?:\[ERROR\] )?\S+\.(?:java|kt|scala|groovy):\[?\d+(?:[,:]\d+\]?)?:? ?(?:error:)? ?(.+))"},
    {Go, 89, R"(^(?:vet: )?(?:\./)?[\w./@-]+\.go:\d+:\d+: (.*))"},
    {Rust, 90, R"(^error\[E\d+\]: (.*))"},
    {Compiler, 89, R"(^(?:\S+: )?fatal error: (.*))"},
    {Compiler, 88, R"(^\S+\.(?:ts|tsx|vue)(?::\d+:\d+ - |\(\d+,\d+\): )error (TS\d+: .*))"},
    {Compiler, 87,
        R"(^(?:Error: |error: )(?!.*\b(?:builder|failed to build)\b)(?:.*\b(?:unbound|type|expected|unexpected|unknown|undeclared|undefined|unresolved|no (?:matching|member|field|such))\b.*))"},
    {Compiler, 86,
        R"(^\S+\.(?:f90|f|F90|adb|ads|d|nim|zig|pas|vala|ml|mli|ex|erl):?\(?\d+[:,)].*\b[Ee]rror\b:? ?(.*))"},

    {Compiler, 88, R"(^e: \S+\.kts?:.*)"},
    {Compiler, 85, R"(^\s+\d+:\d+\s+error\s+(\S.*))"},
    {Go, 85, R"(^go: (?:inconsistent|cannot|updates|errors) .*)"},
    // What stdenv and its hooks find wrong.
    {Other, 86,
        R"((.*\b(?:contains a forbidden reference to|do not know how to unpack|unpacker (?:appears to have )?produced (?:no|multiple) director\w+|is not allowed to refer to|[Dd]id not find version)\b.*))"},

    {Linker, 88,
        R"(.*\b(undefined reference to .*|cannot find -l\S+.*|undefined symbol:? .*|multiple definition of .*|library not found for .*|undefined symbols for architecture.*|cannot open shared object file.*|relocation .* can not be used.*|file (?:format )?not recognized.*|cannot find \S+: No such file.*))"},
    {Linker, 88, R"(.*\b(version [`'][^`']*' not found.*))"},
    {Configure, 88, R"(^(?:configure|\S+/configure): error: (.*))"},
    {Configure, 87, R"(^(?:configure\.(?:ac|in)|aclocal\.m4|Makefile\.am):\d+: error: (.*))"},
    {Cmake, 88, R"(^(CMake Error(?: at .*| in .*|: .*)?:?.*))"},
    {Meson, 88, R"(^\S*meson\.build(?::\d+)?(?::\d+)?: ERROR: (.*))"},
    {Meson, 87,
        R"(^ERROR: ((?:Dependency|Program|Subproject|Problem encountered|Unknown compiler|Neither a subproject).*))"},
    {Configure, 84,
        R"((No package '.*' found|Package \S+ was not found in the pkg-config.*|Package '.*', required by .*, not found|Requested '.*' but version.*|Could not find a package configuration file provided by.*))"},
    {Patch, 89,
        R"((.*\bHunk #\d+ FAILED at .*|\d+ out of \d+ hunks? (?:FAILED|failed).*|can't find file to patch.*|patch: \*\*\*\* .*|.*[Rr]eversed \(or previously applied\) patch detected.*|error: patch failed: .*|.* -- refusing to patch.*|error: .*: patch does not apply|substituteStream\(\): ERROR: .*|substitute(?:InPlace)?\(\): ERROR: .*))"},

    {Test, 83, R"(^E\s{2,}(\S.*))"},
    {Test, 82, R"(^\s*(thread '.*' (?:\(\d+\) )?panicked at .*))"},
    {Test, 82, R"(^\s*(--- FAIL: .*))"},
    {Test, 81,
        R"(.*\b(Assertion [`'].*' failed.*|Assertion failed:.*|ASSERTION FAILED.*|Assertion with \S+ failed.*|Failed asserting .*))"},
    {Test, 80, R"(^(?:FAILED |ERROR )(\S+::\S+.*|\S+\.py\S* .*))"},
    {Test, 80, R"(^\[  FAILED  \] (\S+\.\S+).*)"},
    {Test, 79, R"(^(?:FAIL|ERROR|XPASS): (\S.*))"},
    {Test, 79, R"(^\s*FAIL {1,2}(\S.*))"},
    {Test, 78, R"(^\s*(\S.*): FAIL(?: \([\d.]+ ?m?s\))?$)"},
    {Test, 79, R"(^\s*\d+/\d+ Test +#\d+: (.*\*\*\*(?:Failed|Exception|Not Run).*))"},
    {Test, 78, R"(^(?:test )?(\S.* \.\.\. (?:FAILED|FAIL|ERROR))$)"},
    {Test, 78, R"(^(not ok \d+.*))"},
    {Test, 78, R"(^\s*(?:\d+\) ((?:Failure|Error):?.*|test .*)|Failure/Error: (.*)))"},
    {Test, 77,
        R"(^(RequestedAssertionFailed.*|Test \S+ failed.*|Failed test '.*'.*|\s*#\s+Failed test .*|!!! .*[Ff]ail.*))"},

    {Python, 86,
        R"(^((?:[\w]+\.)*(?:\w*(?:Error|Exception|Interrupt|Exit|Warning|NotFound|Failure))(?: \[\w+\])?(?:: .*)?)$)",
        true},
    {Crash, 84,
        R"((.*(?:Segmentation fault|SIGSEGV|SIGABRT|Illegal instruction|Bus error|core dumped|Trace/breakpoint trap|terminate called after throwing.*|stack smashing detected).*))"},
    {Crash, 75, R"(^==\d+== ((?:Invalid (?:read|write|free)|Conditional jump|Use of uninitialised)\b.*))"},
    {MissingProgram, 85,
        R"((.*(?:: command not found|: not found$|executable file not found in.*|Unknown command|No such program|is not recognized as an).*))"},
    {Permission, 82, R"((.*(?:Permission denied|Operation not permitted|Read-only file system|EACCES).*))"},
    {Network, 81,
        R"((.*(?:Could not resolve host|Temporary failure in name resolution|Network is unreachable|unable to download|Connection refused|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|no such host).*))"},
    {Network, 81, R"(^curl: (\(\d+\) .*))"},
    {MissingFile, 80, R"((.*: File not found\.?|no code for module .*)$)"},
    {MissingFile, 80,
        R"((.*: No such file or directory.*|.*: (?:Is a directory|Not a directory|File exists|Directory not empty)$|.*ENOENT.*|cannot stat .*))"},
    {Other, 85, R"(^[^\s:]+:\d+: \*\*\* (.*?)\.?\s+Stop\.$)"},
    {Other, 79, R"(^g?make(?:\[\d+\])?: (\*\*\* No rule to make target .*|\*\*\* No targets .*))"},
    {Script, 78,
        R"(^(\S+: line \d+: .*|\S+: \d+: .*(?:[Ss]yntax error|not found|unexpected|bad substitution).*|(?!\s*#).* at \S+ line \d+\.$))"},
    {Script, 78, R"(^\S+\.rb:\d+:in .+: (.* \((?:\w+::)*\w+\))$)"},
    {Script, 78, R"(^(?:lua[\d.]*: (.*)))"},
    {Script, 77, R"(^(invalid command name ".*"|can't read ".*": no such variable|wrong # args: .*)$)"},
    {MissingFile, 80, R"(^(?:gzip|bzip2|xz|zstd|lzip|tar|unzip|cpio): (?:\S+: )?((?:not in|unexpected end of|invalid|[Ff]ile format not recognized|[Uu]nrecognized archive|This does not look like).*))"},
    {Timeout, 77, R"((.*\b[Tt]imed out\b.*))"},
    {Rust, 76, R"(^error: (.*))"},
    {Other, 70, R"(^\[(?:ERROR|error)\] (?!->|\[Help|To see|Re-run|For more|After correcting)(.*\S.*))"},
    {Other, 72, R"(^(?:[^\s:]+:? )?(?:FATAL|fatal)(?: ERROR)?:? (.*))"},
    {Other, 76, R"(^\s*(ERR_\w+ .*))"},
    {Other, 70, R"(^\s*(?:\S+: ){0,2}(?:ERROR|Error|error)(?::| -| in) ?(.*))"},
    // Tools that say where and what is wrong, but not «error».
    {Compiler, 60,
        R"(^(?:[\w./+-]+\.\w+:\d+(?::\d+)?|[a-z][\w+-]{0,30}): (?!.*(?:[Ww]arning|WARNING))(.*\b(?i:(?:un)?expected|unknown|undefined|unmatched|unterminated|unrecognized|nonexistent|invalid|illegal|bad|missing|duplicate|syntax|no such|not (?:found|defined|declared|the same))\b.*))"},
    {Compiler, 58, R"(^(\S+\.\w+:\d+[,.]\d+-\d+(?:[,.]\d+)?):?$)"},
    {Test, 50, R"(^\s+1\) (\S.*))"}, // the first of a list of failures
    {Other, 55, R"(^(?:!|\*{3}|panic:|Unhandled|Uncaught|goroutine \d+ \[running\]) ?(.*))"},
    {Other, 45, R"((.*\b(?:mismatch|was not (?:found|built|made|generated|created|installed))\b.*))"},
    {Other, 45,
        R"(^(?!\s*[-*+] \w+(?: \w+){0,3}$)(.*\b(?:[Ff]ailed to|[Cc]annot|[Cc]an't|[Cc]ould(?: not|n't)|[Uu]nable to|[Mm]issing|[Dd]oes(?: not|n't) exist)\b.*))"},
    {Other, 45, R"(^\s*(?:- )?(\S+ (?:not installed|not satisfied by version .*))$)"},
    {Other, 42,
        R"(^(.*\b(?:[Cc]onfigur|[Rr]un|[Cc]ompil|[Bb]uild|[Ll]ink|[Ii]nstall|[Ll]oad|[Rr]ead|[Oo]pen|[Ff]etch|[Dd]ownload|[Pp]ars)\w*\b.* failed(?:[.!]?|: .*))$)"},
    {Other, 42, R"(^(.*\b(?:is|are) required\b(?:, aborting.*|[.!]?)$))"},
    // A place and a message, whatever it says.
    {Compiler, 40,
        R"(^(?:[a-z][\w+-]{0,30}: ?)?[\w./+-]+\.\w+:\d+(?::\d+)?: (?!.*(?:[Ww]arning|WARNING|[Nn]ote\b|NOTE)|installing |in |\(?(?:INFO|DEBUG))(\S.*))"},
    {Other, 30, R"((.*(?<![\w./-])(?:FAILED|FAILURE|[Ee]xception|ERROR|[Ee]rror)(?![\w/-]|\.\w).*))"},
};

struct Compiled {
    QRegularExpression regex;
    const Rule *rule;
};

const std::vector<Compiled> &compiledRules()
{
    static const auto all = [] {
        std::vector<Compiled> made;
        for (const auto &rule : rules) {
            // A line that makes a rule run away is judged by the others.
            QRegularExpression regex(u"(*LIMIT_MATCH=50000)"_s + QString::fromLatin1(rule.pattern));
            regex.optimize();
            made.push_back({regex, &rule});
        }
        return made;
    }();
    return all;
}

} // namespace

std::optional<ErrorJudgement> judge(QByteArrayView visibleLine)
{
    constexpr qsizetype readUpTo = 1000; // tools say what is wrong at the beginning
    static const QRegularExpression noError(QString::fromLatin1(harmless));
    // nix puts the name of what it builds before each line of its log: «hello> »; opam a «# ».
    static const QRegularExpression prefix(u"^(?:[\\w.+-]{1,100}> |# (?=\\S))"_s);
    auto line = QString::fromUtf8(visibleLine.first(qMin(visibleLine.size(), readUpTo)));
    if (const auto match = prefix.match(line); match.hasMatch())
        line.remove(0, match.capturedLength());
    while (!line.isEmpty() && line.back().isSpace())
        line.chop(1);
    for (const auto &[regex, rule] : compiledRules()) {
        const auto match = regex.match(line);
        if (!match.hasMatch())
            continue;
        if (rule->weight < 95 && rule->kind != Consequence && noError.match(line).hasMatch())
            return {};
        auto message = (match.lastCapturedIndex() > 0 ? match.captured(1) : line).trimmed();
        return ErrorJudgement{.kind = rule->kind,
            .weight = rule->weight,
            .lastCounts = rule->lastCounts,
            .message = (message.isEmpty() ? line.trimmed() : message).left(500)};
    }
    return {};
}

QString word(ErrorKind kind)
{
    switch (kind) {
    case Compiler:
        return u"compiler error"_s;
    case Linker:
        return u"linker error"_s;
    case Configure:
        return u"configure error"_s;
    case Cmake:
        return u"CMake error"_s;
    case Meson:
        return u"Meson error"_s;
    case Python:
        return u"Python exception"_s;
    case Rust:
        return u"Rust error"_s;
    case Go:
        return u"Go error"_s;
    case Haskell:
        return u"Haskell error"_s;
    case Java:
        return u"Java error"_s;
    case Script:
        return u"script error"_s;
    case Patch:
        return u"patch does not apply"_s;
    case Test:
        return u"test failure"_s;
    case MissingProgram:
        return u"missing program"_s;
    case MissingFile:
        return u"missing file"_s;
    case Permission:
        return u"permission denied"_s;
    case Memory:
        return u"out of memory"_s;
    case Disk:
        return u"disk full"_s;
    case Timeout:
        return u"timeout"_s;
    case Crash:
        return u"crash"_s;
    case HashMismatch:
        return u"hash mismatch"_s;
    case LogLimit:
        return u"log limit"_s;
    case Evaluation:
        return u"evaluation error"_s;
    case Network:
        return u"network error"_s;
    case Other:
        return u"error"_s;
    case Consequence:
        return u"consequence"_s;
    }
    return u"error"_s;
}

QString key(ErrorKind kind)
{
    static const QHash<ErrorKind, QString> keys{{Compiler, u"compiler"_s}, {Linker, u"linker"_s},
        {Configure, u"configure"_s}, {Cmake, u"cmake"_s}, {Meson, u"meson"_s}, {Python, u"python"_s}, {Rust, u"rust"_s},
        {Go, u"go"_s}, {Haskell, u"haskell"_s}, {Java, u"java"_s}, {Script, u"script"_s}, {Patch, u"patch"_s},
        {Test, u"test"_s}, {MissingProgram, u"missing-program"_s}, {MissingFile, u"missing-file"_s},
        {Permission, u"permission"_s}, {Memory, u"memory"_s}, {Disk, u"disk"_s}, {Timeout, u"timeout"_s},
        {Crash, u"crash"_s}, {HashMismatch, u"hash-mismatch"_s}, {LogLimit, u"log-limit"_s},
        {Evaluation, u"evaluation"_s}, {Network, u"network"_s}, {Other, u"other"_s}, {Consequence, u"consequence"_s}};
    return keys.value(kind);
}

} // namespace narscope::log
