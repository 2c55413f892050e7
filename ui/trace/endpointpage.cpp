// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/endpointpage.h"

#include "ui/trace/factlist.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/emptystate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

EndpointPage::EndpointPage(Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_sentence(new SentenceRow)
    , m_list(new FactList(endpointHeaders(), {210, 190, 160, 120, 80, 80, 110, 180, 48}, 1))
    , m_detail(new DetailRows)
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
{
    auto *column = pageColumn(*this, {m_sentence});
    column->addWidget(orderRow());
    m_list->setAccessibleName(tr("Hosts"));
    m_list->setTextElideMode(Qt::ElideRight);
    m_detail->setLabelWidth(110);
    auto *content = new QWidget;
    auto *rows = detailColumn(*content);
    rows->addWidget(m_detail);
    rows->addStretch(1);
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(content);
    m_detailPart = area;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(listOverDetail(m_list, m_detailPart, 400, 220));
    column->addWidget(m_stack, 1);
    setFocusProxy(m_start);
    connect(m_list, &FactList::currentRowChanged, this, &EndpointPage::showDetail);
    showLook();
}

QWidget *EndpointPage::orderRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    m_start = new QPushButton;
    m_stop = new QPushButton(tr("Stop"));
    m_copy = new QPushButton(tr("Copy as text"));
    m_bar = new QProgressBar;
    m_bar->setTextVisible(false);
    m_bar->setMaximumWidth(160);
    m_host = new QLineEdit;
    m_host->setPlaceholderText(tr("Only this host"));
    m_host->setMaxLength(253);
    m_host->setToolTip(tr("Any name: its records and its certificate. Empty: the pipeline's hosts"));
    m_channel = new QLineEdit(u"nixos-unstable"_s);
    m_channel->setMaxLength(100);
    m_channel->setToolTip(tr("The channel whose redirects are followed step by step"));
    m_channel->setAccessibleName(tr("Channel"));
    m_file = new QLineEdit(u"nixexprs.tar.xz"_s);
    m_file->setMaxLength(200);
    m_file->setToolTip(tr("The file of its release that they lead to"));
    m_file->setAccessibleName(tr("File of the channel"));
    m_filter = filterField(tr("Filter …"));
    row->addWidget(m_start);
    row->addWidget(m_stop);
    row->addWidget(m_bar);
    for (auto *field : {m_host, m_channel, m_file, m_filter}) {
        field->setMaximumWidth(180);
        row->addWidget(field, 1);
    }
    row->addStretch(1);
    row->addWidget(m_copy);
    connect(m_start, &QPushButton::clicked, this, &EndpointPage::look);
    connect(m_host, &QLineEdit::returnPressed, this, &EndpointPage::look);
    connect(m_host, &QLineEdit::textChanged, this, &EndpointPage::showLook);
    connect(m_stop, &QPushButton::clicked, this, &EndpointPage::stop);
    connect(
        m_filter, &QLineEdit::textChanged, this, [this](const QString &text) { m_list->setFilter(text.trimmed()); });
    connect(m_copy, &QPushButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(textOf(m_look, m_clock.nowSeconds())); });
    return part;
}

void EndpointPage::setHostCount(int hosts)
{
    m_hosts = hosts;
    showLook();
}

void EndpointPage::tick()
{
    m_sentence->setSentence(sentenceOf(m_look, m_hosts, m_clock.nowSeconds()));
}

void EndpointPage::look()
{
    if (m_look.isRunning)
        return;
    channels::EndpointOrder order{.run = ++m_run,
        .host = m_host->text().trimmed(),
        .channel = m_channel->text().trimmed(),
        .file = m_file->text().trimmed()};
    const bool follows = order.host.isEmpty() && !order.channel.isEmpty();
    m_look = {.wayName = follows ? u"%1 → %2"_s.arg(order.channel, order.file) : QString(),
        .isRunning = true,
        .at = m_clock.nowSeconds()};
    Q_EMIT ordered(order);
    showLook();
}

void EndpointPage::stop()
{
    if (!m_look.isRunning)
        return;
    ++m_run; // what still comes of it is dropped
    m_look.isRunning = false;
    m_look.isStopped = true;
    Q_EMIT cancelled();
    showLook();
    Q_EMIT settled();
}

void EndpointPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
}

bool EndpointPage::leave()
{
    if (m_filter->text().isEmpty())
        return false;
    m_filter->clear();
    return true;
}

void EndpointPage::takeBegin(quint64 run, const QStringList &hosts)
{
    if (run != m_run)
        return;
    m_look.hosts = hosts;
    showLook();
}

void EndpointPage::takeEndpoint(quint64 run, const channels::Endpoint &endpoint)
{
    if (run != m_run)
        return;
    const auto isIt = [&endpoint](const QString &host) {
        return host == endpoint.host || host == u"%1:%2"_s.arg(endpoint.host).arg(endpoint.port);
    };
    const auto host = std::ranges::find_if(m_look.hosts, isIt);
    if (host == m_look.hosts.end())
        return;
    m_look.seen.insert(*host, endpoint);
    showLook();
}

void EndpointPage::takeWay(quint64 run, const QList<channels::HttpHop> &way)
{
    if (run != m_run)
        return;
    m_look.way = way;
    showLook();
}

void EndpointPage::takeEnd(quint64 run)
{
    if (run != m_run)
        return;
    m_look.isRunning = false;
    showLook();
    Q_EMIT settled();
}

void EndpointPage::showLook()
{
    const auto now = m_clock.nowSeconds();
    tick();
    const bool isOne = !m_host->text().trimmed().isEmpty();
    m_start->setText(isOne ? tr("Look at it") : tr("Look at %1 hosts").arg(m_hosts));
    m_start->setVisible(!m_look.isRunning);
    m_start->setEnabled(isOne || m_hosts > 0);
    m_stop->setVisible(m_look.isRunning);
    m_bar->setVisible(m_look.isRunning);
    m_bar->setMaximum(int(m_look.hosts.size()) + (m_look.wayName.isEmpty() ? 0 : 1));
    m_bar->setValue(int(m_look.seen.size()) + (m_look.way.isEmpty() ? 0 : 1));
    m_channel->setVisible(!isOne);
    m_file->setVisible(!isOne);
    m_copy->setEnabled(!m_look.seen.isEmpty());
    m_list->setRows(endpointRows(m_look, now));
    if (!m_list->currentIndex().isValid() && !m_look.seen.isEmpty())
        m_list->setCurrentIndex(m_list->model()->index(0, 0));
    m_empty->setText(tr("Nothing was looked at yet."),
        tr("No host is asked before you want it. Nothing but names, certificates and the heads of small files is "
           "read."));
    m_stack->setCurrentIndex(m_look.hosts.isEmpty() ? 0 : 1);
    showDetail();
}

void EndpointPage::showDetail()
{
    const auto *row = m_list->current();
    const auto rows = row ? endpointDetail(m_look, row->key, m_clock.nowSeconds()) : QList<DetailRow>();
    m_detailPart->setVisible(!rows.isEmpty());
    m_detail->setRows(rows);
}

} // namespace narscope::ui
