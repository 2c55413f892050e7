// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/aterm.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

char escapeOf(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\\':
        return c;
    default:
        return '\0';
    }
}

bool mustBeEscaped(char c)
{
    return c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t';
}

/// A cursor over the text. After the first fault every call does nothing, so that a caller may check once.
class Reader {
public:
    Reader(QByteArrayView text, const QByteArray &storeDir)
        : m_text(text)
        , m_storeDir(storeDir)
    {
    }
    Result<Derivation> read();

private:
    void fail(QString why, ProblemKind kind = ProblemKind::Malformed);
    [[nodiscard]] bool ok() const { return !m_problem; }
    bool take(char c);
    void expect(QByteArrayView token);
    QByteArray string();
    std::optional<StorePath> path(QByteArrayView text);
    QByteArray name(QByteArrayView what);
    /// `[item,item,...]`
    template <typename Item> void list(Item item);

    void readOutput();
    void readInput();
    void readSource();
    void readVariable();
    DerivationOutput output(QByteArrayView written, QByteArray mode, QByteArray hash);
    template <typename Map, typename Key, typename Value>
    void insertAfter(Map &map, Key key, Value value, QByteArrayView what);

    QByteArrayView m_text;
    const QByteArray &m_storeDir;
    qsizetype m_at = 0;
    std::optional<Problem> m_problem;
    Derivation m_derivation;
};

void Reader::fail(QString why, ProblemKind kind)
{
    if (ok())
        m_problem = problemSaying(kind, std::move(why), u"byte %1"_s.arg(m_at)).error();
}

bool Reader::take(char c)
{
    if (!ok() || m_at >= m_text.size() || m_text[m_at] != c)
        return false;
    ++m_at;
    return true;
}

void Reader::expect(QByteArrayView token)
{
    if (!ok())
        return;
    if (!m_text.sliced(m_at).startsWith(token))
        return fail(u"The derivation lacks «%1» here."_s.arg(QString::fromLatin1(token)));
    m_at += token.size();
}

QByteArray Reader::string()
{
    QByteArray value;
    expect("\"");
    while (ok()) {
        const auto from = m_at;
        while (m_at < m_text.size() && !mustBeEscaped(m_text[m_at]))
            ++m_at;
        value.append(m_text.sliced(from, m_at - from));
        if (take('"'))
            return value;
        const char escaped = m_at + 1 < m_text.size() && m_text[m_at] == '\\' ? escapeOf(m_text[m_at + 1]) : '\0';
        if (escaped == '\0') {
            fail(u"A text in the derivation does not end, or is not escaped as Nix does it."_s);
            break;
        }
        value.append(escaped);
        m_at += 2;
    }
    return {};
}

std::optional<StorePath> Reader::path(QByteArrayView text)
{
    if (!ok())
        return {};
    auto parsed = StorePath::fromText(text, m_storeDir);
    if (parsed)
        return std::move(*parsed);
    fail(parsed.error().sentence);
    return {};
}

QByteArray Reader::name(QByteArrayView what)
{
    auto text = string();
    if (ok() && !storeNameFault(text).isEmpty())
        fail(u"The name of %1 is not one that Nix allows."_s.arg(QString::fromLatin1(what)));
    return text;
}

template <typename Item> void Reader::list(Item item)
{
    expect("[");
    if (take(']'))
        return;
    do
        item();
    while (take(','));
    expect("]");
}

/// Nix writes maps sorted; anything else would not be read and written alike.
template <typename Map, typename Key, typename Value>
void Reader::insertAfter(Map &map, Key key, Value value, QByteArrayView what)
{
    if (!ok())
        return;
    if (!map.empty() && !(map.rbegin()->first < key))
        return fail(u"The %1 are not sorted, or one is given twice."_s.arg(QString::fromLatin1(what)));
    map.emplace_hint(map.end(), std::move(key), std::move(value));
}

DerivationOutput Reader::output(QByteArrayView written, QByteArray mode, QByteArray hash)
{
    DerivationOutput output{
        .kind = OutputKind::InputAddressed, .path = {}, .hashMode = std::move(mode), .hash = std::move(hash)};
    if (output.hashMode.isEmpty() && !output.hash.isEmpty())
        fail(u"An output has a hash without its kind."_s);
    if (output.hash == "impure")
        output.kind = OutputKind::Impure;
    else if (!output.hash.isEmpty())
        output.kind = OutputKind::FixedOutput;
    else if (!output.hashMode.isEmpty())
        output.kind = OutputKind::Floating;
    else if (written.isEmpty())
        output.kind = OutputKind::Deferred;
    const bool hasPath = output.kind == OutputKind::InputAddressed || output.kind == OutputKind::FixedOutput;
    if (hasPath)
        output.path = path(written);
    else if (!written.isEmpty())
        fail(u"An output that is known only after the build has a path."_s);
    return output;
}

void Reader::readOutput()
{
    expect("(");
    auto outputName = name("an output");
    expect(",");
    const auto written = string();
    expect(",");
    auto mode = string();
    expect(",");
    auto hash = string();
    expect(")");
    auto value = output(written, std::move(mode), std::move(hash));
    insertAfter(m_derivation.outputs, std::move(outputName), std::move(value), "outputs");
}

void Reader::readInput()
{
    expect("(");
    auto input = path(string());
    if (input && !input->isDerivation())
        fail(u"An input derivation's path does not end in .drv."_s);
    expect(",");
    std::set<QByteArray> outputs;
    list([&] {
        auto output = name("an input's output");
        if (ok() && !outputs.empty() && !(*outputs.rbegin() < output))
            fail(u"The outputs of an input are not sorted, or one is given twice."_s);
        outputs.insert(outputs.end(), std::move(output));
    });
    expect(")");
    if (input)
        insertAfter(m_derivation.inputDerivations, std::move(*input), std::move(outputs), "input derivations");
}

void Reader::readSource()
{
    auto source = path(string());
    if (!source)
        return;
    auto &sources = m_derivation.inputSources;
    if (!sources.empty() && !(*sources.rbegin() < *source))
        return fail(u"The input sources are not sorted, or one is given twice."_s);
    sources.insert(sources.end(), std::move(*source));
}

void Reader::readVariable()
{
    expect("(");
    auto key = string();
    expect(",");
    auto value = string();
    expect(")");
    insertAfter(m_derivation.environment, std::move(key), std::move(value), "environment variables");
}

Result<Derivation> Reader::read()
{
    if (m_text.size() > maxDerivationSize)
        return problemSaying(ProblemKind::TooLarge, u"This derivation is larger than 64 MiB."_s);
    if (m_text.startsWith("DrvWithVersion("))
        return problemSaying(
            ProblemKind::Unsupported, u"This is a dynamic derivation, which Narscope does not read."_s);
    expect("Derive(");
    list([this] { readOutput(); });
    expect(",");
    list([this] { readInput(); });
    expect(",");
    list([this] { readSource(); });
    expect(",");
    m_derivation.system = string();
    expect(",");
    m_derivation.builder = string();
    expect(",");
    list([this] { m_derivation.arguments.append(string()); });
    expect(",");
    list([this] { readVariable(); });
    expect(")");
    if (ok() && m_at != m_text.size())
        fail(u"The derivation goes on behind its end."_s);
    if (ok() && m_derivation.outputs.empty())
        fail(u"The derivation has no output."_s);
    if (!ok())
        return std::unexpected(std::move(*m_problem));
    return std::move(m_derivation);
}

void appendString(QByteArray &to, QByteArrayView text)
{
    to.append('"');
    for (auto from = text.begin(); from != text.end();) {
        const auto special = std::find_if(from, text.end(), mustBeEscaped);
        to.append(QByteArrayView(from, special));
        if (special == text.end())
            break;
        const char c = *special;
        to.append('\\').append(c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c);
        from = special + 1;
    }
    to.append('"');
}

template <typename List, typename Item> void appendList(QByteArray &to, const List &list, Item item)
{
    to.append('[');
    bool first = true;
    for (const auto &entry : list) {
        if (!std::exchange(first, false))
            to.append(',');
        item(entry);
    }
    to.append(']');
}

} // namespace

Result<Derivation> readDerivation(QByteArrayView aterm, const QByteArray &storeDir)
{
    return Reader(aterm, storeDir).read();
}

QByteArray writeDerivation(const Derivation &derivation)
{
    std::map<QByteArray, std::set<QByteArray>> inputs;
    for (const auto &[path, outputs] : derivation.inputDerivations)
        inputs.emplace_hint(inputs.end(), path.text(), outputs);
    return writeATerm(derivation, inputs, Outputs::Shown);
}

QByteArray writeATerm(
    const Derivation &derivation, const std::map<QByteArray, std::set<QByteArray>> &inputs, Outputs outputs)
{
    const bool masked = outputs == Outputs::Masked;
    QByteArray text = "Derive("_ba;
    const auto string = [&text](QByteArrayView value) { appendString(text, value); };
    const auto pair = [&](QByteArrayView first, auto second) {
        text.append('(');
        string(first);
        text.append(',');
        second();
        text.append(')');
    };
    appendList(text, derivation.outputs, [&](const auto &entry) {
        pair(entry.first, [&] {
            string(masked || !entry.second.path ? QByteArray() : entry.second.path->text());
            text.append(',');
            string(entry.second.hashMode);
            text.append(',');
            string(entry.second.hash);
        });
    });
    text.append(',');
    appendList(
        text, inputs, [&](const auto &entry) { pair(entry.first, [&] { appendList(text, entry.second, string); }); });
    text.append(',');
    appendList(text, derivation.inputSources, [&](const StorePath &source) { string(source.text()); });
    text.append(',');
    string(derivation.system);
    text.append(',');
    string(derivation.builder);
    text.append(',');
    appendList(text, derivation.arguments, string);
    text.append(',');
    appendList(text, derivation.environment, [&](const auto &entry) {
        const bool hidden = masked && derivation.outputs.contains(entry.first);
        pair(entry.first, [&] { string(hidden ? QByteArray() : entry.second); });
    });
    return text.append(')');
}

} // namespace narscope::nix
