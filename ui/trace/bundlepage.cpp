// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/bundlepage.h"

#include "ui/trace/factlist.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/emptystate.h"

#include <QFile>
#include <QFileDialog>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QThreadPool>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

Mark markOf(trace::BundleVerdict verdict)
{
    return verdict == trace::BundleVerdict::Holds ? Mark::Holds
        : verdict == trace::BundleVerdict::Fails  ? Mark::Fails
                                                  : Mark::NotChecked;
}

FactRow group(const QString &key, const QString &name, const QString &state)
{
    return {.key = u"group/"_s + key, .cells = {{.text = name, .bold = true}, {}, {}, {.text = state, .quiet = true}}};
}

Result<QByteArray> contentsOf(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return problemSaying(ProblemKind::Io, BundlePage::tr("The file cannot be read."), name, file.errorString());
    if (file.size() > trace::maxBundleSize)
        return problem(ProblemKind::TooLarge, name);
    return file.readAll();
}

Result<trace::BundleReport> checkFile(const QString &name, const trace::BundleTrust &trust)
{
    const auto bytes = contentsOf(name);
    if (!bytes)
        return std::unexpected(bytes.error());
    return trace::checkBundle(*bytes, trust);
}

Result<QList<trace::BundleDifference>> compareFiles(const QString &left, const QString &right)
{
    std::vector<trace::Bundle> bundles;
    for (const auto &name : {left, right}) {
        const auto bytes = contentsOf(name);
        if (!bytes)
            return std::unexpected(bytes.error());
        auto bundle = trace::readBundle(*bytes);
        if (!bundle) {
            bundle.error().where = name + u' ' + bundle.error().where;
            return std::unexpected(std::move(bundle.error()));
        }
        bundles.push_back(std::move(*bundle));
    }
    return trace::differences(bundles[0], bundles[1]);
}

FactCell words(const QString &text, bool mono = false)
{
    return {.text = text.left(1000).simplified(), .tip = text.left(4000), .mono = mono};
}

} // namespace

FactRows bundleRows(const trace::BundleReport &report)
{
    FactRows rows;
    if (!report.checks.isEmpty())
        rows << group(u"checks"_s, BundlePage::tr("What the file shows"), {});
    for (qsizetype i = 0; i < report.checks.size(); ++i) {
        const auto &check = report.checks[i];
        rows << FactRow{.key = u"check/%1"_s.arg(i),
            .cells = {{.text = check.name, .mark = markOf(check.verdict)}, {.text = word(check.verdict)},
                words(check.subject, true), words(check.sentence)}};
    }
    if (!report.hops.isEmpty())
        rows << group(u"hops"_s, BundlePage::tr("What the signer says"),
            BundlePage::tr("at %1 by their own clock, about %2").arg(report.verifiedAt, report.asked));
    for (const auto &hop : report.hops)
        rows << FactRow{.key = u"hop/"_s + hop.id,
            .cells = {{.text = hop.claim}, {.text = hop.grade}, words(hop.subject + u" → "_s + hop.object, true),
                words(BundlePage::tr("vouched for by %1").arg(hop.vouchedBy))}};
    if (!report.findings.isEmpty())
        rows << group(u"findings"_s, BundlePage::tr("Contradictions that the signer saw"), {});
    for (qsizetype i = 0; i < report.findings.size(); ++i)
        rows << FactRow{.key = u"finding/%1"_s.arg(i),
            .cells = {{.text = BundlePage::tr("finding"), .mark = Mark::Warning}, {}, {}, words(report.findings[i])}};
    if (!report.ancestry.isEmpty())
        rows << group(u"open"_s, BundlePage::tr("Needs a clone of nixpkgs"),
            BundlePage::tr("narscope-cli bundle verify FILE --repo CLONE"));
    for (const auto &claim : report.ancestry)
        rows << FactRow{.key = u"git/"_s + claim.ancestor + claim.descendant,
            .cells
            = {{.text = BundlePage::tr("ancestry"), .mark = Mark::NotChecked}, {.text = BundlePage::tr("not checked")},
                words(claim.ancestor.left(12) + u" → "_s + claim.descendant.left(12), true),
                words(BundlePage::tr("Whether the second commit comes from the first."))}};
    return rows;
}

FactRows differenceRows(const QList<trace::BundleDifference> &differences)
{
    FactRows rows;
    qsizetype number = 0;
    for (const auto &one : differences)
        rows << FactRow{.key = QString::number(number++),
            .cells = {{.text = one.what, .mark = Mark::Warning}, words(one.name),
                one.left.isEmpty() ? FactCell{.text = BundlePage::tr("not there"), .quiet = true} : words(one.left),
                one.right.isEmpty() ? FactCell{.text = BundlePage::tr("not there"), .quiet = true} : words(one.right)}};
    return rows;
}

Sentence sentenceOf(const trace::BundleReport &report)
{
    Sentence sentence{.mark = report.fails() ? Mark::Fails : report.isOpen() ? Mark::NotChecked : Mark::Holds};
    const auto failed = std::ranges::find(report.checks, trace::BundleVerdict::Fails, &trace::BundleCheck::verdict);
    sentence.what = report.fails() ? BundlePage::tr("The bundle does not hold:")
        : report.isOpen()          ? BundlePage::tr("What the file alone can show holds;")
                                   : BundlePage::tr("Everything in the bundle holds.");
    if (failed != report.checks.end())
        sentence.why = failed->sentence;
    else if (report.isOpen())
        sentence.why = BundlePage::tr("not everything could be checked without more.");
    if (!report.headline.isEmpty())
        sentence.quiet = BundlePage::tr("Its signer says: %1 (%2)").arg(report.headline, report.result);
    return sentence;
}

BundlePage::BundlePage(nix::TrustPolicy policy, Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_policy(std::move(policy))
    , m_clock(clock)
    , m_sentence(new SentenceRow)
    , m_back(new QPushButton(tr("Back to the bundle")))
    , m_compare(new QPushButton(tr("Compare with …")))
    , m_list(new FactList({tr("Check"), tr("Result"), tr("Of"), tr("What it says")}, {210, 150, 330, 400}, 3))
    , m_differing(
          new FactList({tr("What"), tr("Name"), tr("In this one"), tr("In the other")}, {110, 320, 330, 330}, 3))
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
{
    auto *column = pageColumn(*this, {m_sentence});
    auto *row = new QHBoxLayout;
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    auto *open = new QPushButton(tr("Check a bundle …"));
    m_compare->setToolTip(tr("What do two exported traces say differently?"));
    row->addStretch(1);
    for (auto *button : {m_back, m_compare, open})
        row->addWidget(button);
    column->addLayout(row);
    for (QWidget *part : std::initializer_list<QWidget *>{m_empty, m_list, m_differing})
        m_stack->addWidget(part);
    column->addWidget(m_stack, 1);
    setFocusProxy(open);
    connect(m_back, &QPushButton::clicked, this, &BundlePage::leave);
    connect(open, &QPushButton::clicked, this, [this] { ask(tr("Check a bundle"), &BundlePage::check); });
    connect(m_compare, &QPushButton::clicked, this,
        [this] { ask(tr("Compare with another bundle"), &BundlePage::compareWith); });
    say();
}

void BundlePage::ask(const QString &title, void (BundlePage::*then)(const QString &))
{
    auto *dialog = new QFileDialog(this, title, {}, tr("Bundle (*.intoto.jsonl *.jsonl);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, then);
    dialog->open();
}

/// Does it on a pool and takes what comes, unless something else was wanted meanwhile.
template <typename T> void BundlePage::work(std::function<Result<T>()> job, std::optional<T> BundlePage::*into)
{
    m_problem.reset();
    ++m_working;
    say();
    QThreadPool::globalInstance()->start(
        [job = std::move(job), into, generation = ++m_generation, self = QPointer(this)] {
            auto done = job();
            QMetaObject::invokeMethod(
                qApp,
                [self, into, done = std::move(done), generation] {
                    if (!self)
                        return;
                    --self->m_working;
                    if (generation == self->m_generation && done)
                        (*self).*into = *done;
                    else if (generation == self->m_generation)
                        self->m_problem = done.error();
                    self->say();
                    Q_EMIT self->settled();
                },
                Qt::QueuedConnection);
        });
}

void BundlePage::setPolicy(const nix::TrustPolicy &policy)
{
    m_policy = policy;
    if (m_report && !m_differences)
        check(m_file);
}

void BundlePage::check(const QString &file)
{
    m_file = file;
    m_report.reset();
    m_differences.reset();
    const trace::BundleTrust trust{.signers = {}, .policy = m_policy, .today = m_clock.nowUtc().date()};
    work<trace::BundleReport>([file, trust] { return checkFile(file, trust); }, &BundlePage::m_report);
}

void BundlePage::compareWith(const QString &other)
{
    m_other = other;
    work<QList<trace::BundleDifference>>(
        [file = m_file, other] { return compareFiles(file, other); }, &BundlePage::m_differences);
}

bool BundlePage::leave()
{
    if (!m_differences)
        return false;
    m_differences.reset();
    say();
    return true;
}

void BundlePage::say()
{
    Sentence sentence;
    if (m_working > 0)
        sentence = {.mark = Mark::Running, .what = tr("Checking the bundle …"), .quiet = m_file};
    else if (m_problem)
        sentence = {.mark = Mark::Warning, .what = m_problem->sentence, .quiet = m_problem->where};
    else if (m_differences)
        sentence = {.mark = m_differences->isEmpty() ? Mark::Holds : Mark::Warning,
            .what = m_differences->isEmpty() ? tr("They say the same.")
                                             : tr("They differ in %n thing(s).", nullptr, int(m_differences->size())),
            .quiet = tr("%1 against %2. Signatures are not checked here.").arg(m_file, m_other)};
    else if (m_report)
        sentence = sentenceOf(*m_report);
    else
        sentence = {.what = tr("What an exported trace proves to somebody who has nothing but the file."),
            .quiet = tr("Signatures, hashes and narinfos are checked here; no server is asked.")};
    if (m_report && !m_differences && !m_problem)
        sentence.quiet = (sentence.quiet + u' ' + m_file).trimmed();
    m_sentence->setSentence(sentence);
    m_back->setVisible(m_differences.has_value());
    m_compare->setEnabled(m_report && m_working == 0);
    m_list->setRows(m_report ? bundleRows(*m_report) : FactRows());
    m_differing->setRows(m_differences ? differenceRows(*m_differences) : FactRows());
    m_empty->setText(m_working > 0 ? tr("Checking the bundle …")
            : m_differences        ? tr("They say the same.")
            : m_problem            ? m_problem->sentence
                                   : tr("No bundle is open."),
        m_working > 0 || m_differences || m_problem ? QString() : tr("Open one, or drop its file into this window."));
    const bool hasRows = m_differences ? !m_differences->isEmpty() : m_report.has_value();
    m_stack->setCurrentIndex(!hasRows || m_working > 0 ? 0 : m_differences ? 2 : 1);
}

} // namespace narscope::ui
