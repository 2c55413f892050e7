// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/loadallbar.h"

#include "base/format.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace narscope::ui {

namespace {

/// Bytes that one build takes in Hydra's JSON, measured: 122 MB for 250,000.
constexpr qint64 bytesOfBuild = 490;

} // namespace

LoadAllBar::LoadAllBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel(TextRole::Quiet))
    , m_button(new QPushButton)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_cancels)
            Q_EMIT cancelRequested();
        else
            Q_EMIT loadRequested();
    });
    hide();
}

void LoadAllBar::showButton(const QString &text, bool cancels)
{
    m_cancels = cancels;
    m_button->setText(text);
    m_button->setVisible(!text.isEmpty());
    show();
}

void LoadAllBar::setPage(int shown, int total)
{
    if (shown >= total)
        return hide();
    m_text->setText(
        tr("Listed: %1 of %2. Three letters above ask Hydra for others.").arg(formatCount(shown), formatCount(total)));
    showButton(tr("Load all %1 jobs, about %2 …").arg(formatCount(total), formatSize(total * bytesOfBuild)), false);
    m_button->setToolTip(tr("Reads every build of the evaluation. It can take the server minutes."));
}

void LoadAllBar::setLoading(qint64 bytes, Milliseconds since)
{
    m_text->setText(bytes == 0 ? tr("Hydra gathers all builds; %1 so far.").arg(formatDuration(since))
                               : tr("Reading all builds: %1 in %2.").arg(formatSize(bytes), formatDuration(since)));
    showButton(tr("Cancel"), true);
}

void LoadAllBar::setFailed(const Problem &problem)
{
    m_text->setText(tr("Not all jobs: %1 %2").arg(problem.sentence, problem.advice));
    showButton(tr("Try again"), false);
}

void LoadAllBar::setAll(int total, qint64 bytes)
{
    m_text->setText(tr("All %1 jobs are listed; %2 in memory.").arg(formatCount(total), formatSize(bytes)));
    showButton({}, false);
}

QString LoadAllBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

} // namespace narscope::ui
