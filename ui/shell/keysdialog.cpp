// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/keysdialog.h"

#include "ui/widgets/textlabel.h"

#include <QGridLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

using KeyRow = std::pair<QString, QString>;

QList<KeyRow> windowKeys(const QStringList &places)
{
    QList<KeyRow> rows{{u"Ctrl+K"_s, KeysDialog::tr("the field on top")}};
    for (qsizetype i = 0; i < places.size() && i < 8; ++i)
        rows << KeyRow(u"Alt+%1"_s.arg(i + 1), places[i]);
    rows << KeyRow(u"[  ]"_s, KeysDialog::tr("back, forward")) << KeyRow(u"F5"_s, KeysDialog::tr("ask again now"))
         << KeyRow(u"Esc"_s, KeysDialog::tr("back to the list")) << KeyRow(u"Ctrl+,"_s, KeysDialog::tr("settings"))
         << KeyRow(u"Ctrl+Q"_s, KeysDialog::tr("quit")) << KeyRow(u"?"_s, KeysDialog::tr("these keys"));
    return rows;
}

QList<KeyRow> actionKeys(const SubjectActions &actions)
{
    QList<KeyRow> rows;
    for (const auto &action : actions) {
        if (!action.key.isEmpty())
            rows << KeyRow(action.key.toString(QKeySequence::NativeText), action.text);
    }
    return rows;
}

/// A place's hint is «n next failure · Enter open»: the key is the first word.
QList<KeyRow> placeKeys(const QString &hint)
{
    QList<KeyRow> rows;
    for (const auto &part : hint.split(u'·', Qt::SkipEmptyParts))
        rows << KeyRow(part.trimmed().section(u' ', 0, 0), part.trimmed().section(u' ', 1));
    return rows;
}

void fillColumn(QGridLayout &grid, int column, const QString &title, const QList<KeyRow> &rows)
{
    grid.addWidget(textLabel(title, TextRole::Bold), 0, column, 1, 2);
    int line = 1;
    for (const auto &[key, what] : rows) {
        grid.addWidget(textLabel(key, TextRole::Mono), line, column);
        grid.addWidget(textLabel(what, TextRole::Data), line++, column + 1);
    }
}

} // namespace

KeysDialog::KeysDialog(
    const QStringList &places, const SubjectActions &actions, const QString &placeHint, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("All keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(2 * metric::margin, metric::margin, 2 * metric::margin, metric::margin);
    grid->setHorizontalSpacing(metric::margin);
    const std::array columns{std::pair(tr("Window"), windowKeys(places)),
        std::pair(tr("What is selected"), actionKeys(actions)), std::pair(tr("This place"), placeKeys(placeHint))};
    int column = 0;
    for (const auto &[title, rows] : columns) {
        if (rows.isEmpty())
            continue;
        fillColumn(*grid, column, title, rows);
        column += 2;
        for (const auto &[key, what] : rows)
            m_text += key + u", "_s + what + u'\n';
    }
    grid->setRowStretch(grid->rowCount(), 1);
}

} // namespace narscope::ui
