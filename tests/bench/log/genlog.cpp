// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a build log of a chosen size to standard output: genlog BYTES [SEED]. The mix is that of logs.md: compiler
// lines to 8 KiB, colours on a third, UTF-8 in an eighth, progress lines, phases.
#include <QByteArray>
#include <QList>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace {

class Generator {
public:
    explicit Generator(quint64 seed)
        : m_random(seed)
    {
    }

    QByteArray line()
    {
        const auto kind = below(1000);
        if (kind < 260)
            return compile();
        if (kind < 330)
            return warning();
        if (kind < 331)
            return error();
        if (kind < 460)
            return "[" + number(9000) + "/9000] Building CXX object src/CMakeFiles/lib.dir/" + file() + ".o";
        if (kind < 590)
            return "\x1b[32m[" + number(100) + "%]\x1b[0m Building C object \x1b[1m" + file() + "\x1b[0m";
        if (kind < 720)
            return "checking for " + word() + "... " + (below(2) ? "yes" : "no");
        if (kind < 850)
            return "\x1b[36m" + word() + "::test_" + word() + "\x1b[0m "
                + (below(60) ? "\x1b[32mPASSED\x1b[0m" : "\x1b[31mFAILED\x1b[0m: 0 errors, 1 failed");
        if (kind < 854)
            return progress();
        if (kind < 980)
            return "installing " + word() + " für die Prüfung: 世界 привет " + word();
        return "   Compiling " + word() + " v" + number(9) + "." + number(30) + "." + number(9);
    }
    QByteArray phase() { return "@nix {\"action\":\"setPhase\",\"phase\":\"" + word() + "Phase\"}"; }

private:
    quint32 below(quint32 n) { return quint32(m_random() % n); }
    QByteArray number(quint32 n) { return QByteArray::number(below(n)); }
    QByteArray word()
    {
        static const QList<QByteArray> words{"core", "net", "widget", "parser", "cache", "socket", "render", "queue",
            "thread", "buffer", "index", "model"};
        return words[below(quint32(words.size()))];
    }
    QByteArray file() { return word() + '_' + word() + number(99) + ".cpp"; }
    QByteArray compile()
    {
        QByteArray text = "g++ -O2 -pipe -fPIC";
        for (auto count = below(40) ? 3 + below(12) : below(220); count > 0; --count)
            text += " -I/nix/store/" + QByteArray(32, char('a' + below(26))) + '-' + word() + "/include";
        return text.left(8100) + " -c " + file();
    }
    QByteArray diagnostic(const QByteArray &colour, const QByteArray &kind)
    {
        return "\x1b[01m\x1b[Ksrc/" + file() + ':' + number(3000) + ':' + number(80) + ":\x1b[m\x1b[K \x1b[01;" + colour
            + "m\x1b[K" + kind + ": \x1b[m\x1b[K";
    }
    QByteArray warning()
    {
        return diagnostic("35", "warning") + "unused variable '\x1b[01m\x1b[K" + word()
            + "\x1b[m\x1b[K' [\x1b[01;35m\x1b[K\x1b]8;;https://gcc.gnu.org/W\x1b\\-Wunused\x1b]8;;\x1b\\\x1b[m\x1b[K]";
    }
    QByteArray error() { return diagnostic("31", "error") + "no member named '" + word() + "'"; }
    QByteArray progress()
    {
        QByteArray text;
        for (int percent = 0; percent < 100; percent += 7)
            text += '\r' + QByteArray::number(percent) + "% [" + QByteArray(percent / 4, '#') + ']';
        return text + "\r100% done";
    }

    std::mt19937_64 m_random;
};

} // namespace

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    const auto size = std::strtoll(arguments[1], nullptr, 10);
    Generator generator(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
    qint64 written = 0;
    for (qint64 n = 0; written < size; ++n) {
        const auto line = (n % 70'000 == 0 ? generator.phase() : generator.line()) + '\n';
        std::fwrite(line.constData(), 1, size_t(line.size()), stdout);
        written += line.size();
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}
