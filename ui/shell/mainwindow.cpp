// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/shell/appearance.h"
#include "ui/shell/rail.h"
#include "ui/shell/subjectactions.h"
#include "ui/shell/topbar.h"
#include "ui/widgets/look.h"
#include "ui/widgets/problembanner.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr QSize firstSize(1280, 800);
constexpr QSize smallestSize(720, 480);
constexpr int savePause = 60000; ///< ms

/// The line between the rail and the place.
class Line : public QWidget {
public:
    Line() { setFixedWidth(1); }

protected:
    void paintEvent(QPaintEvent *) override { QPainter(this).fillRect(rect(), lookOf(this).line); }
};

} // namespace

MainWindow::MainWindow(settings::Settings &settings, Appearance &appearance, Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_appearance(appearance)
    , m_field(new Field([this](const QString &text) { return candidatesFor(text); }, this))
    , m_rail(new Rail)
    , m_middle(new QStackedWidget)
    , m_status(new StatusBar(clock))
{
    setWindowTitle(tr("Narscope"));
    setMinimumSize(smallestSize);
    m_actions = commonActions(m_hydras);
    build();
    makeKeys();
    connect(m_field, &Field::chosen, this, &MainWindow::openCandidate);
    connect(m_field, &Field::left, this, [this] {
        if (auto *place = currentPlace())
            place->setFocus();
    });
    const auto choose = [this](int entry) { showPlace(m_places[entry]->id()); };
    connect(m_rail, &Rail::chosen, this, choose);
    connect(m_top->places(), &PlacesButton::chosen, this, choose);
    connect(m_status, &StatusBar::serverChosen, this, &MainWindow::serverChosen);
    m_status->setHiddenServers(m_settings.hiddenServers());
    if (!restoreGeometry(m_settings.windowState(u"geometry"_s)))
        resize(firstSize);
}

void MainWindow::build()
{
    auto *menu = new QMenu(this);
    makeMenu(*menu);
    m_top = new TopBar(m_field, menu);
    connect(m_top->back(), &QToolButton::clicked, this, &MainWindow::goBack);
    connect(m_top->forward(), &QToolButton::clicked, this, &MainWindow::goForward);
    showWay();
    auto *middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    m_railLine = new Line;
    middle->addWidget(m_railLine);
    middle->addWidget(m_middle, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    m_trouble = new ProblemBanner;
    column->addWidget(m_trouble);
    column->addLayout(middle, 1);
    column->addWidget(m_status);
    m_status->setHint({});
    // What a crash takes along is at most what came after the last time.
    connect(&m_saving, &QTimer::timeout, this, &MainWindow::saveState);
    m_saving.start(savePause);
}

void MainWindow::setTrouble(const Problem &problem)
{
    m_trouble->showClosable(problem);
}

void MainWindow::setGreeting(QWidget *greeting)
{
    m_middle->addWidget(greeting);
    m_middle->setCurrentWidget(greeting);
}

void MainWindow::setServers(const net::Servers &servers, Source source)
{
    m_servers = servers;
    m_hydras.clear();
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Hydra)
            m_hydras << HydraAddress{server.id, server.url};
    }
    m_status->setSource(source);
    setWindowTitle(source == Source::Demo ? tr("Demonstration") : tr("Narscope"));
}

void MainWindow::addSubjectAction(const SubjectAction &action)
{
    m_actions.prepend(action);
    makeActionKey(action);
}

void MainWindow::addPlace(Place *place)
{
    place->setActions(m_actions);
    m_places << place;
    m_middle->addWidget(place);
    m_rail->addEntry(place->title());
    m_top->places()->addEntry(place->title());
    const int entry = int(m_places.size()) - 1;
    place->restoreState(m_settings.windowState(u"place-"_s + place->id()));
    connect(place, &Place::countChanged, this, [this, entry](int count) {
        m_rail->setCount(entry, count);
        m_top->places()->setCount(entry, count);
    });
    connect(place, &Place::openRequested, this, &MainWindow::open);
    connect(place, &Place::currentChanged, this, [this, place] {
        if (place != currentPlace())
            return;
        noteWay(place);
        m_status->setHint(place->keyHint());
    });
}

void MainWindow::showLastPlace()
{
    if (!showPlace(m_settings.lastPlace()) && !m_places.isEmpty())
        showPlace(m_places.front()->id());
}

Place *MainWindow::place(const QString &id) const
{
    const auto found = std::ranges::find(m_places, id, &Place::id);
    return found == m_places.end() ? nullptr : *found;
}

Place *MainWindow::currentPlace() const
{
    return qobject_cast<Place *>(m_middle->currentWidget());
}

void MainWindow::bring(Place *place)
{
    m_middle->setCurrentWidget(place);
    m_rail->setCurrent(int(m_places.indexOf(place)));
    m_top->places()->setCurrent(int(m_places.indexOf(place)));
    m_status->setHint(place->keyHint());
    place->setFocus();
}

bool MainWindow::canShow(const Subject &subject) const
{
    return std::ranges::any_of(m_places, [&subject](const Place *place) { return place->shows(subject); });
}

bool MainWindow::open(const Subject &subject)
{
    const auto found = std::ranges::find_if(m_places, [&subject](const Place *place) { return place->shows(subject); });
    if (found == m_places.end())
        return false;
    bring(*found);
    (*found)->open(subject);
    noteWay(*found);
    return true;
}

bool MainWindow::showPlace(const QString &id)
{
    auto *found = place(id);
    if (!found)
        return false;
    bring(found);
    noteWay(found);
    return true;
}

/// A number or a name says nothing of the server: one meaning for each Hydra.
QList<Subject> MainWindow::placed(const Subject &subject) const
{
    if (!subject.livesOnHydra() || !subject.server.isEmpty())
        return {subject};
    QList<Subject> subjects;
    for (const auto &hydra : m_hydras) {
        subjects << subject;
        subjects.back().server = hydra.id;
    }
    return subjects;
}

QList<Candidate> MainWindow::candidatesFor(const QString &text) const
{
    QList<Candidate> found;
    for (const auto &recognised : recognise(text, m_hydras)) {
        for (const auto &subject : placed(recognised)) {
            if (canShow(subject))
                found << Candidate{subject.text(),
                    subject.kindWord() + (m_hydras.size() > 1 ? u" · "_s + subject.server : QString()), subject, {}};
        }
    }
    const auto words = text.trimmed();
    QList<Candidate> named;
    for (const auto *place : m_places) {
        if (!words.isEmpty() && place->title().startsWith(words, Qt::CaseInsensitive))
            named << Candidate{place->title(), tr("place"), {}, place->id()};
        if (const auto meaning = place->meaningOf(words); !meaning.isEmpty())
            found << Candidate{words, meaning, {}, place->id(), words};
    }
    return named + found;
}

bool MainWindow::openText(const QString &text)
{
    const auto candidates = candidatesFor(text);
    if (candidates.isEmpty())
        return false;
    const auto &first = candidates.front();
    return openCandidate(first);
}

bool MainWindow::openCandidate(const Candidate &candidate)
{
    if (candidate.subject)
        return open(*candidate.subject);
    auto *target = place(candidate.place);
    if (target && !candidate.typed.isEmpty())
        target->openText(candidate.typed);
    return showPlace(candidate.place);
}

void MainWindow::noteWay(Place *place)
{
    if (!m_onTheWay)
        m_way.visit({place->id(), place->current()});
    showWay();
}

void MainWindow::showWay()
{
    m_top->back()->setEnabled(m_way.canGoBack());
    m_top->forward()->setEnabled(m_way.canGoForward());
}

void MainWindow::go(const Stop &stop)
{
    auto *target = place(stop.place);
    if (!target)
        return;
    m_onTheWay = true;
    bring(target);
    if (stop.subject)
        target->open(*stop.subject);
    m_onTheWay = false;
    showWay();
}

void MainWindow::goBack()
{
    if (m_way.canGoBack())
        go(m_way.back());
}

void MainWindow::goForward()
{
    if (m_way.canGoForward())
        go(m_way.forward());
}

void MainWindow::setMeters(const QList<net::ServerMeter> &meters)
{
    m_status->setMeters(meters);
}

void MainWindow::saveState()
{
    m_settings.setWindowState(u"geometry"_s, saveGeometry());
    for (const auto *place : std::as_const(m_places))
        m_settings.setWindowState(u"place-"_s + place->id(), place->saveState());
    if (const auto *place = currentPlace())
        m_settings.setLastPlace(place->id());
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_appearance.setWindowWidth(width());
    const bool folds = width() < metric::narrow;
    m_rail->setVisible(!folds);
    m_railLine->setVisible(!folds);
    m_top->places()->setVisible(folds);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    if (!m_hidesOnClose)
        return QWidget::closeEvent(event);
    event->ignore();
    hide();
}

void MainWindow::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::BackButton)
        goBack();
    else if (event->button() == Qt::ForwardButton)
        goForward();
    else
        QWidget::mousePressEvent(event);
}

} // namespace narscope::ui
