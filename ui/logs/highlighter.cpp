// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/highlighter.h"

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>

using namespace Qt::StringLiterals;

/// A static library's resources are linked only when somebody names them.
static void initSyntax()
{
    Q_INIT_RESOURCE(syntax);
}

namespace narscope::ui {

namespace {

constexpr qsizetype longest = 1000;
const auto ours = u"Nix Build Log"_s;
/// 400 ms for one line of 3,600 characters (logs.md §4): the window would stand still.
const QStringList slow{u"Bash"_s, u"Zsh"_s};

log::TextStyle inked(quint8 index, bool bold = false)
{
    log::TextStyle style;
    style.foreground = {.kind = log::Colour::Kind::Indexed, .index = index};
    style.bold = bold;
    return style;
}

/// The palette is the one for escapes, so that it follows the theme and keeps its contrast.
log::TextStyle styleOf(const KSyntaxHighlighting::Format &format)
{
    using Style = KSyntaxHighlighting::Theme::TextStyle;
    switch (format.textStyle()) {
    case Style::Error:
        return inked(1, true);
    case Style::Warning:
        return inked(3, true);
    case Style::Information:
        return inked(6);
    case Style::Keyword: {
        log::TextStyle style;
        style.bold = true;
        return style;
    }
    case Style::Comment:
        return inked(7);
    case Style::String:
        return inked(2);
    case Style::Import:
        return inked(4);
    case Style::Function: {
        log::TextStyle style;
        style.bold = true;
        return style;
    }
    default:
        return {};
    }
}

} // namespace

class LogHighlighter::Engine final : public KSyntaxHighlighting::AbstractHighlighter {
public:
    Engine()
    {
        initSyntax(); // before the repository looks for definitions
        m_repository = std::make_unique<KSyntaxHighlighting::Repository>();
        choose({});
    }

    void choose(const QString &name)
    {
        const auto definition
            = name.isEmpty() ? KSyntaxHighlighting::Definition() : m_repository->definitionForName(name);
        setDefinition(definition.isValid() ? definition : m_repository->definitionForName(ours));
    }
    [[nodiscard]] QStringList names() const
    {
        QStringList names;
        for (const auto &definition : m_repository->definitions()) {
            if (!definition.isHidden() && !slow.contains(definition.name()))
                names << definition.name();
        }
        names.sort(Qt::CaseInsensitive);
        return names;
    }

    std::vector<log::StyleSpan> run(QStringView line)
    {
        m_spans.clear();
        highlightLine(line, m_start);
        return std::move(m_spans);
    }

protected:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format &format) override
    {
        const auto style = styleOf(format);
        if (length <= 0 || style == log::TextStyle{})
            return;
        if (!m_spans.empty() && m_spans.back().begin == offset)
            m_spans.pop_back(); // what was to begin here is this
        m_spans.push_back({offset, style});
        m_spans.push_back({offset + length, {}});
    }

private:
    std::unique_ptr<KSyntaxHighlighting::Repository> m_repository;
    KSyntaxHighlighting::State m_start;
    std::vector<log::StyleSpan> m_spans;
};

LogHighlighter::LogHighlighter() = default;
LogHighlighter::~LogHighlighter() = default;

LogHighlighter::Engine &LogHighlighter::engine()
{
    if (!m_engine)
        m_engine = std::make_unique<Engine>();
    return *m_engine;
}

std::vector<log::StyleSpan> LogHighlighter::highlight(const QString &line)
{
    return engine().run(QStringView(line).first(qMin(line.size(), longest)));
}

void LogHighlighter::setDefinition(const QString &name)
{
    engine().choose(name);
}

QStringList LogHighlighter::definitions()
{
    return engine().names();
}

} // namespace narscope::ui
