// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/program.h"

#include "net/serversfile.h"
#include "ui/activity/activityplace.h"
#include "ui/logs/logsplace.h"
#include "ui/shell/firstrun.h"
#include "ui/shell/historypage.h"
#include "ui/shell/pastdialog.h"
#include "ui/shell/screenshots.h"
#include "ui/shell/serverspage.h"
#include "ui/widgets/emptystate.h"

#include <QApplication>
#include <QDir>
#include <QPointer>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// The first build of the evaluation that failed by itself, else the first finished one.
std::optional<BuildId> tellingBuild(const hydra::EvalJobs &jobs)
{
    std::optional<BuildId> any;
    for (const auto &row : jobs.rows) {
        if (row.state == hydra::BuildState::Failed)
            return row.id;
        if (!any && row.id.value > 0 && hydra::isFinished(row.state))
            any = row.id;
    }
    return any;
}

Task<QString> anyOutput(hydra::Client &client, hydra::EvalJobs jobs)
{
    const auto row = std::ranges::find_if(jobs.rows, [](const hydra::BuildRow &candidate) {
        return candidate.state == hydra::BuildState::Succeeded && candidate.id.value > 0;
    });
    if (row == jobs.rows.end())
        co_return QString();
    const hydra::Ask ask{.why = u"the report for the terminal"_s, .priority = net::Priority::Interactive};
    const auto id = row->id;
    const auto build = co_await client.build(id, ask);
    co_return build && !build->outputs.isEmpty() ? build->outputs.front().path : QString();
}

Task<Found> findViews(hydra::Client &client, QString server)
{
    Found found{.state = co_await askPipeline(client, std::move(server)), .build = {}, .path = {}};
    if (const auto eval = found.state.worthShowing()) {
        const hydra::Ask ask{.why = u"the report for the terminal"_s, .priority = net::Priority::Interactive};
        const hydra::EvalJobsQuery query;
        const auto id = *eval;
        const auto jobs = co_await client.evalJobs(id, query, ask);
        if (jobs) {
            found.build = tellingBuild(*jobs);
            auto output = anyOutput(client, *jobs);
            found.path = co_await std::move(output);
        }
    }
    co_return found;
}

Task<void> tell(hydra::Client &client, QString server, std::function<void(Found)> take)
{
    auto found = co_await findViews(client, std::move(server));
    take(std::move(found));
}

Task<void> tellMoment(
    history::History &history, QString server, qint64 time, std::function<void(Result<history::Moment>)> take)
{
    auto asking = history.moment(server, time);
    auto moment = co_await std::move(asking);
    take(std::move(moment));
}

} // namespace

Program::Program(Options options)
    : m_options(std::move(options))
{
    auto profile = m_options.profile;
    if (profile.isEmpty() && !m_options.screenshots.isEmpty()) {
        m_throwAway = std::make_unique<QTemporaryDir>();
        profile = m_throwAway->path();
    }
    m_settings = std::make_unique<settings::Settings>(profile.isEmpty() ? usualProfile() : profile);
    m_options.session.contact = m_options.contact.isEmpty() ? m_settings->contact() : m_options.contact;
    m_appearance = std::make_unique<Appearance>(*m_settings, m_options.theme);
    if (m_options.size)
        m_appearance->setWindowWidth(m_options.size->width());
    m_appearance->apply();
    m_options.session.profile = profile.isEmpty() ? usualProfile() : profile;
    m_options.session.nixpkgsClone = m_settings->nixpkgsClone();
    readServers();
    m_session = std::make_unique<Session>(m_options.session);
}

/// A person's own list takes the place of the shipped one, unless the command line names servers.
void Program::readServers()
{
    if (m_options.namesServers)
        return;
    const auto own = net::loadServers(m_options.session.profile);
    if (!own)
        m_serversTrouble = own.error();
    m_options.session.servers = serversInUse(net::switchedOn(own && *own ? **own : net::shippedServers()));
}

Program::~Program()
{
    if (m_window)
        m_window->saveState();
}

void Program::makeWindow()
{
    m_window = std::make_unique<MainWindow>(*m_settings, *m_appearance, m_session->clock());
    if (m_options.size)
        m_window->resize(*m_options.size);
    connect(m_session.get(), &Session::ready, this, &Program::makePlaces);
    connect(m_session.get(), &Session::failed, this, &Program::showProblem);
    connect(m_session.get(), &Session::metersChanged, m_window.get(), &MainWindow::setMeters);
    connect(m_session.get(), &Session::historyTroubled, m_window.get(), &MainWindow::setTrouble);
    connect(m_window.get(), &MainWindow::quitWanted, this, [this] { Q_EMIT ended(0); });
    connect(m_window.get(), &MainWindow::settingsChanged, this, &Program::applySettings);
    connect(m_window.get(), &MainWindow::pastWanted, this, &Program::showPast);
    connect(m_window.get(), &MainWindow::settingsShown, this, &Program::tellHistorySize);
    // Not at once: the dialog that asks belongs to the window that goes.
    connect(m_window.get(), &MainWindow::useServersWanted, this, &Program::beginAnew, Qt::QueuedConnection);
    if (m_serversTrouble)
        m_window->setTrouble(*m_serversTrouble);
    makeDesktop();
    readSecrets();
}

void Program::makeDesktop()
{
    m_desktop = std::make_unique<Desktop>(*m_window, *m_settings, m_session->clock());
    connect(m_session.get(), &Session::metersChanged, m_desktop.get(), &Desktop::takeMeters);
    if (!m_options.screenshots.isEmpty())
        return;
    m_desktop->apply();
    if (m_surroundings)
        return; // the window is made anew
    m_surroundings = std::make_unique<Surroundings>(QDBusConnection::systemBus());
    connect(m_surroundings.get(), &Surroundings::changed, this, &Program::applyCircumstances);
}

void Program::readSecrets()
{
    if (m_options.session.source != Source::Live || !m_options.screenshots.isEmpty())
        return m_window->setSecrets(nullptr);
    m_secrets = settings::keyring();
    m_window->setSecrets(m_secrets.get());
    connect(m_secrets.get(), &settings::Secrets::wasRead, this, [this](const QString &, const QByteArray &secret) {
        m_settings->setHasGitHubToken(!secret.isEmpty());
        m_session->setGitHubToken(secret);
    });
    if (m_settings->hasGitHubToken())
        m_secrets->read(settings::gitHubToken);
}

void Program::applySettings()
{
    m_desktop->apply();
    m_session->setPolicies(
        withBudgets(m_session->servers(), m_settings->budgets()), retentionOf(m_settings->keeping()));
    applyCircumstances();
}

void Program::applyCircumstances()
{
    if (!m_surroundings || !m_window)
        return;
    const auto now = m_settings->asksLessOften() ? m_surroundings->now() : watch::Circumstances();
    m_session->setCircumstances(now);
    if (auto *activity = qobject_cast<ActivityPlace *>(m_window->place(u"activity"_s)))
        activity->setPace(watch::sentence(now));
}

void Program::tellHistorySize()
{
    m_session->onCore([this](Core &core) {
        core.scope.start([](Program *self, history::History *memory, qint64 now) -> Task<void> {
            auto asking = memory->sizeOf();
            const auto size = co_await std::move(asking);
            const auto text = size ? sizeText(*size, now) : size.error().sentence;
            QMetaObject::invokeMethod(
                self, [self, text] { self->m_window->setHistorySize(text); }, Qt::QueuedConnection);
        }(this, &core.memory.history(), m_session->clock().nowSeconds()));
    });
}

void Program::showPast()
{
    auto *dialog = new PastDialog(m_session->clock(), m_window.get());
    const auto &servers = m_session->servers();
    const auto *hydra = net::findServer(servers, net::ServerKind::Hydra);
    connect(dialog, &PastDialog::wanted, this,
        [this, dialog = QPointer(dialog), server = hydra ? hydra->id : QString()](qint64 time) {
            m_session->onCore([dialog, server, time](Core &core) {
                core.scope.start(tellMoment(core.memory.history(), server, time, [dialog](auto moment) {
                    QMetaObject::invokeMethod(
                        qApp,
                        [dialog, moment = std::move(moment)] {
                            if (dialog)
                                dialog->take(moment);
                        },
                        Qt::QueuedConnection);
                }));
            });
        });
    dialog->show();
}

void Program::take(const HandOver &wish)
{
    m_window->bringUp();
    if (!wish.place.isEmpty())
        m_window->showPlace(wish.place);
    if (!wish.open.isEmpty())
        m_window->openText(wish.open);
}

void Program::start()
{
    makeWindow();
    const bool asksFirst = !m_options.namesServers && !m_settings->isSetUp() && m_options.screenshots.isEmpty();
    if (asksFirst)
        greet();
    else
        startSession();
    if (!m_options.hidden || asksFirst)
        m_window->show();
    else if (!m_desktop->canHide())
        m_window->showMinimized(); // without a tray nobody could find it
}

void Program::greet()
{
    auto *greeting = new FirstRun(m_settings->contact(), m_options.session.servers);
    m_window->setGreeting(greeting);
    connect(greeting, &FirstRun::started, this, [this](const QString &contact) {
        m_settings->setContact(contact);
        m_settings->setSetUp(true);
        m_session->setContact(contact);
        startSession();
    });
    // Not at once: the greeting that asks belongs to the window that goes.
    connect(greeting, &FirstRun::demoRequested, this, &Program::turnIntoDemo, Qt::QueuedConnection);
}

void Program::turnIntoDemo()
{
    m_desktop.reset();
    m_window.reset();
    m_options.session.source = Source::Demo;
    m_session = std::make_unique<Session>(m_options.session);
    makeWindow();
    startSession();
    m_window->show();
}

void Program::beginAnew()
{
    m_window->saveState();
    m_desktop.reset();
    m_window.reset();
    m_session.reset(); // before the next one opens the same files
    m_serversTrouble.reset();
    readServers();
    m_session = std::make_unique<Session>(m_options.session);
    makeWindow();
    startSession();
    m_window->show();
}

void Program::startSession()
{
    auto *waiting = new EmptyState;
    waiting->setText(
        m_options.session.source == Source::Demo ? tr("The demonstration starts …") : tr("Narscope starts …"), {});
    m_window->setGreeting(waiting);
    m_window->statusBar()->setSource(m_options.session.source);
    m_session->start();
}

void Program::showProblem(const Problem &problem)
{
    auto *empty = new EmptyState;
    empty->setText(problem.sentence, (problem.where + u' ' + problem.detail + u' ' + problem.advice).simplified());
    m_window->setGreeting(empty);
    if (m_options.screenshots.isEmpty())
        return;
    std::fputs(qPrintable(narscope::describe(problem) + u'\n'), stderr);
    Q_EMIT ended(1);
}

void Program::askWhatToDraw()
{
    m_session->onCore([this](Core &core) {
        auto &client = *core.hydras.front();
        core.scope.start(tell(client, client.server().name, [this](Found found) {
            QMetaObject::invokeMethod(
                this, [this, found = std::move(found)] { drawViews(found); }, Qt::QueuedConnection);
        }));
    });
}

void Program::drawViews(const Found &found)
{
    const auto now = m_session->clock().nowSeconds();
    std::fputs(qPrintable(narscope::ui::describe(found.state, now) + u'\n'), stdout);
    auto *shots = new Screenshots(*m_window, *m_appearance, m_options.screenshots, this);
    const auto server = m_session->servers().front().id;
    shots->addPlaceView(u"overview"_s);
    shots->addPlaceView(u"jobs"_s);
    if (!found.state.newest.isEmpty() && found.state.newest.front().jobset)
        shots->addView(u"jobset"_s, Subject::ofJobset(server, *found.state.newest.front().jobset));
    if (const auto eval = found.state.worthShowing())
        shots->addView(u"evaluation"_s, Subject::ofEvaluation(server, *eval));
    if (found.build)
        shots->addView(u"build"_s, Subject::ofBuild(server, *found.build));
    if (auto *logs = qobject_cast<LogsPlace *>(m_window->place(u"logs"_s)); logs && found.build) {
        logs->open(Subject::ofBuild(server, *found.build));
        shots->addPlaceView(logs->id());
    }
    if (!found.path.isEmpty())
        shots->addView(u"verify"_s, Subject::ofStorePath(found.path));
    shots->addPlaceView(u"farm"_s);
    shots->addPlaceView(u"trace"_s); // its list, as long as nothing is followed
    if (const auto asked = m_window->candidatesFor(m_options.open); !asked.isEmpty() && asked.front().subject)
        shots->addView(u"opened"_s, *asked.front().subject); // a pull request, say: its number is the pipeline's
    if (const auto story = m_session->demoStory())
        shots->addView(u"pullrequest"_s, Subject::ofPullRequest(*story));
    shots->addPlaceView(u"activity"_s);
    const bool anything = !found.state.projects.isEmpty();
    connect(shots, &Screenshots::finished, this, [this, shots, anything] {
        std::fputs(qPrintable(tr("%1 pictures in %2\n").arg(shots->drawn()).arg(m_options.screenshots)), stdout);
        Q_EMIT ended(anything && shots->drawn() > 0 ? 0 : 1);
    });
    shots->start();
}

} // namespace narscope::ui
