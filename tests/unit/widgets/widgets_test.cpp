// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/detailrows.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/pathrow.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

/// Relative luminance of WCAG 2.
double luminance(const QColor &colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a);
    const double other = luminance(b);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

const QList<Mark> states{Mark::Succeeded, Mark::Failed, Mark::DependencyFailed, Mark::FailedWithOutput, Mark::TimedOut,
    Mark::Limit, Mark::Aborted, Mark::Running, Mark::Queued, Mark::Unknown, Mark::Warning, Mark::Holds, Mark::Fails,
    Mark::NotChecked};

/// The mark without its colour, as a screen in grey or a person without colour sight has it.
QImage greyMark(Mark mark, int size)
{
    Look look = makeLook(false, ColourSet::Standard);
    for (auto *colour :
        {&look.succeeded, &look.failed, &look.dependencyFailed, &look.limit, &look.idle, &look.running, &look.unknown})
        *colour = Qt::black;
    QImage image(size, size, QImage::Format_Grayscale8);
    image.fill(Qt::white);
    QPainter painter(&image);
    paintMark(painter, image.rect(), size, mark, look, Qt::white);
    return image;
}

/// Share of the picture, 0 to 1, in which two differ.
double difference(const QImage &a, const QImage &b)
{
    double sum = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x)
            sum += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) / 255.0;
    }
    return sum / (a.width() * a.height());
}

} // namespace

class WidgetsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTextAndMarkIsReadableOnEveryGround_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("set");
        for (const bool dark : {false, true}) {
            QTest::addRow("%s standard", dark ? "dark" : "light") << dark << int(ColourSet::Standard);
            QTest::addRow("%s Okabe-Ito", dark ? "dark" : "light") << dark << int(ColourSet::OkabeIto);
            QTest::addRow("%s high contrast", dark ? "dark" : "light") << dark << int(ColourSet::HighContrast);
        }
    }
    void everyTextAndMarkIsReadableOnEveryGround()
    {
        QFETCH(bool, dark);
        QFETCH(int, set);
        const auto look = makeLook(dark, ColourSet(set));
        QStringList unreadable;
        for (const auto &ground : {look.window, look.view, look.selection, look.selectionBehind}) {
            for (const auto &text : {look.text, look.text2, look.mono}) {
                if (contrast(text, ground) < 4.8)
                    unreadable << u"text %1 on %2: %3"_s.arg(text.name(), ground.name()).arg(contrast(text, ground));
            }
            for (const auto mark : states) {
                if (contrast(look.of(mark), ground) < 3.4)
                    unreadable << u"mark %1 %2 on %3: %4"_s.arg(int(mark))
                                      .arg(look.of(mark).name(), ground.name())
                                      .arg(contrast(look.of(mark), ground));
            }
        }
        if (contrast(look.text, look.band) < 4.8 || contrast(look.of(Mark::Warning), look.band) < 3.4)
            unreadable << u"on the banner: %1, %2"_s.arg(contrast(look.text, look.band))
                              .arg(contrast(look.of(Mark::Warning), look.band));
        QVERIFY2(unreadable.isEmpty(), qPrintable(unreadable.join(u'\n')));
    }

    void marksDifferByShapeAlone()
    {
        QStringList alike;
        for (qsizetype i = 0; i < states.size(); ++i) {
            const auto one = greyMark(states[i], 12);
            QVERIFY(difference(one, greyMark(Mark::None, 12)) > 0.05);
            for (qsizetype j = i + 1; j < states.size(); ++j) {
                if (const auto d = difference(one, greyMark(states[j], 12)); d < 0.07)
                    alike << u"%1 and %2: %3"_s.arg(int(states[i])).arg(int(states[j])).arg(d);
            }
        }
        QVERIFY2(alike.isEmpty(), qPrintable(alike.join(u'\n')));
    }

    void hashesAreShortenedInTheMiddleAndWholeWhenCopied()
    {
        const auto path = u"/nix/store/9q2xk5vb7x1g3m8j4n0f6r2s5w9z1c3d-openssh-10.3p1"_s;
        QCOMPARE(shortPath(path), u"/nix/store/9q2xk5vb…-openssh-10.3p1"_s);
        QCOMPARE(shortPathName(path + u".drv"_s), u"9q2xk5vb…-openssh-10.3p1.drv"_s);
        QCOMPARE(shortPathName(u"no store path"_s), u"no store path"_s);
        QCOMPARE(shortPath({}), QString());
        QStringList ran;
        PathRow row;
        row.setPath(path,
            {
                {u"Copy path"_s, {}, [](const Subject &) { return true; },
                    [&ran](const Subject &subject) { ran << u"copy "_s + subject.name; }},
                {u"Log"_s, {}, [](const Subject &) { return false; }, [&ran](const Subject &) { ran << u"log"_s; }},
            });
        QCOMPARE(row.path(), path);
        const auto links = row.findChildren<LinkLabel *>();
        QCOMPARE(links.size(), 1);
        QTest::keyClick(links[0], Qt::Key_Return);
        QCOMPARE(ran, QStringList({u"copy "_s + path}));
    }

    void theBannerSaysWhatHappenedHowOldDataIsAndWhatToDo()
    {
        ProblemBanner banner;
        QSignalSpy retry(&banner, &ProblemBanner::retryRequested);
        auto limited = problem(ProblemKind::RateLimited, u"https://hydra.nixos.org/evals"_s).error();
        limited.retryAfter = Milliseconds(45'000);
        banner.setProblem(limited, Milliseconds(40 * 60'000));
        QVERIFY(banner.isVisible());
        QCOMPARE(banner.text(),
            u"The server asked us to slow down (429). You see what was there 40 m ago. Next try in 45 s. "
            "Narscope waits and tries again by itself."_s);
        auto *button = banner.findChild<QPushButton *>();
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(retry.size(), 1);
        banner.setProblem(problem(ProblemKind::NotFound, {}).error(), {});
        QVERIFY(!button->isVisible()); // trying again does not help
        banner.clear();
        QVERIFY(!banner.isVisible());
    }

    void textOfAServerIsNeverMarkup()
    {
        TextLabel label;
        label.setText(u"<b>bold</b>"_s);
        QCOMPARE(label.text(), u"<b>bold</b>"_s);
        QVERIFY(!plainTip(u"<img src=x>\nline"_s).contains(u"<img"_s));
        QVERIFY(plainTip({}).isEmpty());
    }

    void detailRowsChangeInPlaceAndOpenWhatTheyName()
    {
        DetailRows rows;
        QSignalSpy opened(&rows, &DetailRows::openRequested);
        const auto build = Subject::ofBuild(u"hydra"_s, BuildId(7));
        rows.setRows({{.label = u"Build"_s, .text = u"7"_s, .whole = {}, .subject = build},
            {.label = u"Took"_s, .text = u"6 s"_s, .whole = {}, .subject = {}}});
        rows.show();
        const auto labels = rows.findChildren<TextLabel *>();
        rows.setRows({{.label = u"Build"_s, .text = u"7"_s, .whole = {}, .subject = build},
            {.label = u"Took"_s, .text = u"9 s"_s, .whole = {}, .subject = {}}});
        QCOMPARE(rows.findChildren<TextLabel *>(), labels);
        QVERIFY(std::ranges::any_of(
            labels, [](const TextLabel *label) { return label->isVisible() && label->text() == "9 s"_L1; }));
        for (auto *link : rows.findChildren<LinkLabel *>()) {
            if (link->isVisible())
                QTest::mouseClick(link, Qt::LeftButton, {}, link->rect().center());
        }
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].value<Subject>(), build);
    }

    void aLongSentenceBreaksIntoLinesOfItsOwnHeight()
    {
        SentenceRow row;
        row.setSentence({.mark = Mark::Failed, .what = u"Failed:"_s, .why = u"no."_s, .quiet = u"9 h ago"_s});
        QCOMPARE(row.heightForWidth(600), 24 + 20);
        row.setSentence({.mark = Mark::Failed,
            .what = u"Failed in patchPhase:"_s,
            .why = u"the gssapi patch does not apply to openssh."_s,
            .quiet = {}});
        QVERIFY(row.heightForWidth(250) >= 48);
        QCOMPARE(row.heightForWidth(1200), 24);
    }
};

QTEST_MAIN(WidgetsTest)
#include "widgets_test.moc"
