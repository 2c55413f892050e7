// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/keyspage.h"

#include "ui/widgets/flatlist.h"
#include "ui/widgets/sentence.h"

#include <QTreeView>
#include <QVBoxLayout>

namespace narscope::ui {

KeysPage::KeysPage(const nix::TrustPolicy &policy, QWidget *parent)
    : QWidget(parent)
    , m_trusted(qsizetype(policy.keys.size()))
    , m_model(nix::shippedKeys(), policy)
    , m_sentence(new SentenceRow)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 0);
    column->setSpacing(metric::marginTop);
    auto *list = flatList(m_model, {240, 240, 130, 220, 120});
    column->addWidget(m_sentence);
    column->addWidget(list, 1);
    setFocusProxy(list);
    say();
}

void KeysPage::take(const QList<nix::PathReport> &reports)
{
    m_model.take(reports);
    say();
}

void KeysPage::say()
{
    const auto unknown = m_model.unknownNames();
    Sentence sentence;
    sentence.mark = unknown > 0 ? Mark::Unknown : Mark::Holds;
    sentence.what = tr("%n key(s) are trusted;", nullptr, int(m_trusted));
    sentence.why = unknown > 0 ? tr("%n name(s) signed something here and are unknown.", nullptr, int(unknown)) : tr("no unknown name has signed anything seen here.");
    sentence.quiet = tr("One signature by one of them is enough. A signature covers a path's contents and references, not who built it.");
    m_sentence->setSentence(sentence);
}

} // namespace narscope::ui
