// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/pageparts.h"

#include "ui/widgets/look.h"

#include <QLineEdit>
#include <QSplitter>
#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr int filterWidth = 320;
constexpr int betweenColumns = 24;

} // namespace

QBoxLayout *pageColumn(QWidget &page, std::initializer_list<QWidget *> head)
{
    auto *column = new QVBoxLayout(&page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(metric::margin, 0, metric::margin, 0);
    for (auto *part : head)
        top->addWidget(part);
    column->addLayout(top);
    return column;
}

QLineEdit *filterField(const QString &hint)
{
    auto *field = new QLineEdit;
    field->setPlaceholderText(hint);
    field->setClearButtonEnabled(true);
    field->setMaximumWidth(filterWidth);
    return field;
}

QSplitter *listOverDetail(QWidget *list, QWidget *detail, int listHeight, int detailHeight)
{
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(list);
    splitter->addWidget(detail);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({listHeight, detailHeight});
    return splitter;
}

QBoxLayout *detailColumn(QWidget &part)
{
    part.setBackgroundRole(QPalette::Window);
    part.setAutoFillBackground(true);
    auto *column = new QVBoxLayout(&part);
    column->setContentsMargins(metric::margin, 6, metric::margin, 6);
    column->setSpacing(4);
    return column;
}

QBoxLayout *rowsBesideText(QWidget *rows, QWidget *text, int rowShare, int textShare)
{
    auto *body = new QHBoxLayout;
    body->setSpacing(betweenColumns);
    auto *column = new QVBoxLayout;
    column->addWidget(rows);
    column->addStretch(1);
    body->addLayout(column, rowShare);
    body->addWidget(text, textShare);
    return body;
}

} // namespace narscope::ui
