// SPDX-License-Identifier: GPL-3.0-or-later
// The places of the window: made, and wired to what the session has for them.
#include "ui/shell/program.h"

#include "ui/activity/activityplace.h"
#include "ui/farm/farmplace.h"
#include "ui/jobs/jobsplace.h"
#include "ui/logs/logsplace.h"
#include "ui/overview/overviewplace.h"
#include "ui/trace/endpointpage.h"
#include "ui/trace/evidencepage.h"
#include "ui/trace/traceplace.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/verifyplace.h"

#include <QApplication>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

Task<void> tellChanges(history::History &history, qint64 since, std::function<void(QList<history::Event>)> take)
{
    auto asking = history.events(since);
    auto events = co_await std::move(asking);
    take(events.value_or(QList<history::Event>()));
}

} // namespace

OverviewPlace *Program::makeOverviewPlace()
{
    qRegisterMetaType<QList<history::Event>>();
    const auto hydra = net::findServer(m_session->servers(), net::ServerKind::Hydra);
    const auto server = hydra ? hydra->id : QString();
    auto *place = new OverviewPlace(*m_session->channels(), m_session->farm(server), server, m_session->clock());
    connect(m_session.get(), &Session::metersChanged, place, &OverviewPlace::takeMeters);
    connect(m_session.get(), &Session::entriesChanged, place, &OverviewPlace::takeEntries);
    connect(place, &OverviewPlace::changesWanted, m_session.get(), [this, place](qint64 since) {
        m_session->onCore([place = QPointer(place), since](Core &core) {
            core.scope.start(tellChanges(core.memory.history(), since, [place](QList<history::Event> events) {
                QMetaObject::invokeMethod(
                    qApp,
                    [place, events = std::move(events)] {
                        if (place)
                            place->takeChanges(events);
                    },
                    Qt::QueuedConnection);
            }));
        });
    });
    return place;
}

VerifyPlace *Program::makeVerifyPlace()
{
    qRegisterMetaType<nix::DeskOrder>();
    auto *place = new VerifyPlace(m_session->trustChoices(), m_session->clock());
    auto *desk = m_session->desk();
    connect(place, &VerifyPlace::ordered, desk, &nix::Desk::start);
    connect(place, &VerifyPlace::cancelled, desk, &nix::Desk::cancel);
    connect(desk, &nix::Desk::began, place, &VerifyPlace::takeBegin);
    connect(desk, &nix::Desk::reported, place, &VerifyPlace::takeReports);
    connect(desk, &nix::Desk::imageReported, place, &VerifyPlace::takeImage);
    connect(desk, &nix::Desk::progressed, place, &VerifyPlace::takeProgress);
    connect(desk, &nix::Desk::asksForSize, place, &VerifyPlace::takeSize);
    connect(desk, &nix::Desk::ended, place, &VerifyPlace::takeEnd);
    connect(place, &VerifyPlace::keptWanted, m_session.get(), &Session::askKept);
    connect(m_session.get(), &Session::keptAnswered, place, &VerifyPlace::setKept);
    m_session->askKept();
    connect(place, &VerifyPlace::choicesChanged, m_session.get(), &Session::setTrustChoices);
    connect(m_session.get(), &Session::keysTroubled, place,
        [place](const QString &sentence) { place->keysPage()->setTrouble(sentence); });
    return place;
}

LogsPlace *Program::makeLogsPlace()
{
    qRegisterMetaType<log::LogOrder>();
    auto *place = new LogsPlace(m_session->pools(), m_session->clock(), m_settings->folder() + u"/bookmarks"_s);
    auto *desk = m_session->logDesk();
    connect(place, &LogsPlace::ordered, desk, &log::LogDesk::open);
    connect(place, &LogsPlace::dropped, desk, &log::LogDesk::close);
    connect(desk, &log::LogDesk::opened, place, &LogsPlace::takeOpened);
    connect(desk, &log::LogDesk::grew, place, &LogsPlace::takeGrowth);
    connect(desk, &log::LogDesk::troubled, place, &LogsPlace::takeTrouble);
    connect(desk, &log::LogDesk::completed, place, &LogsPlace::takeCompleted);
    connect(desk, &log::LogDesk::failed, place, &LogsPlace::takeFailed);
    connect(desk, &log::LogDesk::kept, place, &LogsPlace::takeKept);
    qRegisterMetaType<log::Query>();
    connect(place, &LogsPlace::archiveSearchOrdered, desk, &log::LogDesk::searchArchive);
    connect(place, &LogsPlace::archiveListOrdered, desk, &log::LogDesk::listArchive);
    connect(desk, &log::LogDesk::archiveListed, place, &LogsPlace::takeArchiveList);
    connect(desk, &log::LogDesk::archiveSearched, place, &LogsPlace::takeArchiveFound);
    return place;
}

TracePlace *Program::makeTracePlace()
{
    qRegisterMetaType<trace::Order>();
    qRegisterMetaType<trace::Trace>();
    auto *place = new TracePlace(nix::policyOf(m_session->trustChoices()), m_session->clock());
    auto *tracer = m_session->tracer();
    connect(place, &TracePlace::ordered, tracer, &trace::Tracer::start);
    connect(place, &TracePlace::refreshed, tracer, &trace::Tracer::refresh);
    connect(place, &TracePlace::cancelled, tracer, &trace::Tracer::cancel);
    connect(place, &TracePlace::forgotten, tracer, &trace::Tracer::forget);
    connect(tracer, &trace::Tracer::changed, place, &TracePlace::takeTrace);
    connect(tracer, &trace::Tracer::ended, place, &TracePlace::takeEnd);
    wireTracePages(*place);
    place->offer(m_session->demoPulls());
    return place;
}

/// What stands beside the traces: checks and workflows, the evidence log, the hosts.
void Program::wireTracePages(TracePlace &place)
{
    auto *pulls = m_session->pulls();
    connect(&place, &TracePlace::pullShown, pulls, &watch::PullDesk::show);
    connect(&place, &TracePlace::workflowsShown, pulls, &watch::PullDesk::showWorkflows);
    connect(&place, &TracePlace::pullsRefreshed, pulls, &watch::PullDesk::refresh);
    connect(pulls, &watch::PullDesk::pullTold, &place, &TracePlace::takePull);
    connect(pulls, &watch::PullDesk::workflowsTold, &place, &TracePlace::takeWorkflows);
    auto *endpoints = m_session->endpoints();
    auto *page = place.endpoints();
    page->setHostCount(int(channels::EndpointDesk::hostsOf(m_session->servers()).size()));
    connect(page, &EndpointPage::ordered, endpoints, &channels::EndpointDesk::start);
    connect(page, &EndpointPage::cancelled, endpoints, &channels::EndpointDesk::cancel);
    connect(endpoints, &channels::EndpointDesk::began, page, &EndpointPage::takeBegin);
    connect(endpoints, &channels::EndpointDesk::inspected, page, &EndpointPage::takeEndpoint);
    connect(endpoints, &channels::EndpointDesk::followed, page, &EndpointPage::takeWay);
    connect(endpoints, &channels::EndpointDesk::ended, page, &EndpointPage::takeEnd);
    place.evidence()->setOwnFile(m_session->evidenceFile());
    connect(m_session->notices(), &watch::NoticeSource::listChanged, &place, &TracePlace::setWatchList);
    connect(m_window.get(), &MainWindow::watchListChosen, &place, &TracePlace::setWatchList);
    connect(&place, &TracePlace::watchListChosen, m_window.get(), &MainWindow::watchListChosen);
}

/// `w` watches what is selected, or stops watching it.
void Program::watchFromAnywhere(watch::NoticeSource &notices)
{
    qRegisterMetaType<watch::WatchList>();
    connect(&notices, &watch::NoticeSource::listChanged, m_window.get(), &MainWindow::setWatchList);
    connect(m_window.get(), &MainWindow::watchListChosen, &notices, &watch::NoticeSource::setList);
    connect(m_window.get(), &MainWindow::watchListChosen, m_window.get(), &MainWindow::setWatchList);
    connect(&notices, &watch::NoticeSource::troubled, m_window.get(), &MainWindow::setTrouble);
    connect(&notices, &watch::NoticeSource::standingsChanged, m_window.get(), &MainWindow::setStandings);
    if (auto *overview = qobject_cast<OverviewPlace *>(m_window->place(u"overview"_s)))
        connect(&notices, &watch::NoticeSource::noticed, overview, &OverviewPlace::takeNotice);
    const auto until = [this](qint64 seconds) { return seconds > 0 ? m_session->clock().nowSeconds() + seconds : 0; };
    connect(m_window.get(), &MainWindow::snoozeChosen, this,
        [&notices, until](const watch::WatchTarget &target, qint64 seconds) {
            QMetaObject::invokeMethod(
                &notices, [&notices, target, end = until(seconds)] { notices.snooze(target, end); },
                Qt::QueuedConnection);
        });
    connect(
        m_window.get(), &MainWindow::acknowledgeChosen, this, [&notices, until](const QString &item, qint64 seconds) {
            QMetaObject::invokeMethod(
                &notices, [&notices, item, end = until(seconds)] { notices.acknowledge(item, end); },
                Qt::QueuedConnection);
        });
    QMetaObject::invokeMethod(&notices, &watch::NoticeSource::sendAll, Qt::QueuedConnection);
}

JobsPlace *Program::makeJobsPlace()
{
    QList<JobsServer> hydras;
    for (const auto &server : m_session->servers()) {
        if (auto *feed = m_session->feed(server.id))
            hydras << JobsServer{server.id, server.name, feed};
    }
    auto *place = new JobsPlace(hydras, m_session->pools().parse, m_session->clock());
    connect(place, &JobsPlace::excerptOrdered, m_session->excerpts(), &log::ExcerptDesk::ask);
    connect(m_session->excerpts(), &log::ExcerptDesk::told, place, &JobsPlace::takeExcerpt);
    connect(m_session->excerpts(), &log::ExcerptDesk::failed, place, &JobsPlace::takeExcerptFailure);
    auto *desk = m_session->jobs();
    connect(place, &JobsPlace::courseOrdered, desk, &trace::JobDesk::ask);
    connect(place, &JobsPlace::suspectsOrdered, desk, &trace::JobDesk::askSuspects);
    connect(place, &JobsPlace::rawOrdered, desk, &trace::JobDesk::askRaw);
    connect(desk, &trace::JobDesk::told, place, &JobsPlace::takeCourse);
    connect(desk, &trace::JobDesk::failed, place, &JobsPlace::takeCourseFailure);
    connect(desk, &trace::JobDesk::suspectsTold, place, &JobsPlace::takeSuspects);
    connect(desk, &trace::JobDesk::suspectsFailed, place, &JobsPlace::takeSuspectsFailure);
    connect(desk, &trace::JobDesk::rawTold, place, &JobsPlace::takeRaw);
    connect(desk, &trace::JobDesk::rawFailed, place, &JobsPlace::takeRawFailure);
    connect(m_session->channels(), &watch::ChannelFeed::changed, place, &JobsPlace::takeChannels);
    return place;
}

FarmPlace *Program::makeFarmPlace()
{
    QList<FarmServer> farms;
    for (const auto &server : m_session->servers()) {
        if (auto *farm = m_session->farm(server.id))
            farms << FarmServer{server.id, server.name, farm};
    }
    return new FarmPlace(farms, m_session->clock());
}

ActivityPlace *Program::makeActivityPlace()
{
    auto *place = new ActivityPlace(m_session->clock());
    connect(m_session.get(), &Session::entriesChanged, place, &ActivityPlace::takeEntries);
    connect(m_session.get(), &Session::metersChanged, place, &ActivityPlace::takeMeters);
    connect(m_window.get(), &MainWindow::serverChosen, place, [this, place](const QString &id) {
        m_window->showPlace(place->id());
        place->showServer(id);
    });
    return place;
}

/// What can be done with a subject from anywhere, besides what the window does by itself: before the places, which
/// take the list as it is. The last one added stands first.
void Program::addActions(LogsPlace *logs, TracePlace *traces)
{
    auto *window = m_window.get();
    window->addSubjectAction({tr("Verify"), Qt::Key_V,
        [](const Subject &subject) {
            return subject.kind == SubjectKind::StorePath || subject.kind == SubjectKind::Derivation;
        },
        [window](const Subject &subject) { window->open(subject); }});
    window->addSubjectAction(
        {tr("Watch"), Qt::Key_W, [](const Subject &subject) { return watch::targetOf(subject).has_value(); },
            [window](const Subject &subject) { window->toggleWatch(subject); }});
    window->addSubjectAction({tr("Trace"), Qt::Key_T, &TracePlace::canTrace, [window, traces](const Subject &subject) {
                                  traces->open(subject);
                                  window->showPlace(traces->id());
                              }});
    window->addSubjectAction({tr("Log"), Qt::Key_L, &LogsPlace::hasLog, [window, logs](const Subject &subject) {
                                  logs->open(subject);
                                  window->showPlace(logs->id());
                              }});
    connect(traces, &TracePlace::logRequested, logs, [window, logs](const QUrl &log) {
        logs->openText(log.toString(QUrl::FullyEncoded));
        window->showPlace(logs->id());
    });
}

void Program::makePlaces()
{
    m_window->setServers(m_session->servers(), m_options.session.source);
    auto *logs = makeLogsPlace();
    auto *traces = makeTracePlace();
    auto *verify = makeVerifyPlace();
    connect(verify, &VerifyPlace::choicesChanged, traces,
        [traces](const nix::TrustChoices &choices) { traces->setPolicy(policyOf(choices)); });
    addActions(logs, traces);
    for (auto *place : QList<Place *>{
             makeOverviewPlace(), makeJobsPlace(), makeFarmPlace(), traces, logs, verify, makeActivityPlace()})
        m_window->addPlace(place);
    m_session->onCore([](Core &core) { core.client.ledger().sendAll(); });
    auto *channels = m_session->channels();
    connect(channels, &watch::ChannelFeed::changed, m_desktop.get(), &Desktop::takeBoard);
    connect(m_desktop.get(), &Desktop::channelsWanted, channels, [channels](bool wanted) {
        channels->setLook(u"tray"_s, wanted ? watch::ChannelLook::Glance : watch::ChannelLook::Hidden);
    });
    watchFromAnywhere(*m_session->notices());
    if (m_options.screenshots.isEmpty()) {
        m_desktop->setNotices(m_session->notices());
        applySettings();
    }
    m_window->showLastPlace();
    if (!m_options.place.isEmpty())
        m_window->showPlace(m_options.place);
    if (!m_options.open.isEmpty())
        m_window->openText(m_options.open);
    Q_EMIT ready();
    if (!m_options.screenshots.isEmpty())
        askWhatToDraw();
}

} // namespace narscope::ui
