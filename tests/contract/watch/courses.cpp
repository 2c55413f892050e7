// SPDX-License-Identifier: GPL-3.0-or-later
#include "courses.h"

#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

constexpr qint64 hour = 3600;

bool isDecided(const sim::BuildFacts &build)
{
    // Aborted, cancelled and obsolete say nothing of the job (hydra.md 6.1).
    return build.status != 3 && build.status != 4 && build.status != 5;
}

} // namespace

std::unique_ptr<sim::World> worldAt(qint64 start, qint64 until)
{
    auto world = std::make_unique<sim::World>(sim::WorldConfig{.seed = 1, .jobs = 600, .start = start});
    world->advance(until);
    return world;
}

std::vector<Course> courses(qint64 start, qint64 from, qint64 until, size_t count)
{
    const auto world = worldAt(start, until);
    auto &ahead = *world;
    const auto jobset = *ahead.findJobset("nixpkgs", "unstable");
    std::vector<Course> all;
    for (quint32 number = 0; number < ahead.jobCount(jobset); ++number) {
        const auto job = sim::JobIndex(number);
        Course course{.job = QString::fromUtf8(ahead.jobName(jobset, job)), .builds = {}};
        bool isClear = true;
        qint64 last = 0;
        auto builds = ahead.history(jobset, job);
        std::ranges::sort(builds, {}, &sim::BuildFacts::stoppedAt);
        for (const auto &build : builds) {
            if (!build.finished() || build.stoppedAt > until)
                continue;
            isClear = isClear
                && (build.stoppedAt < from
                    || (build.stoppedAt - last > 2 * hour && build.stoppedAt - from > hour
                        && until - build.stoppedAt > 2 * hour));
            last = build.stoppedAt;
            if (isDecided(build))
                course.builds.push_back(build);
        }
        const auto late
            = std::ranges::count_if(course.builds, [from](const auto &build) { return build.stoppedAt > from; });
        if (isClear && late > 0 && size_t(late) < course.builds.size())
            all.push_back(std::move(course));
    }
    const auto turns = [from](const Course &course) {
        int changes = 0;
        for (size_t i = 1; i < course.builds.size(); ++i)
            changes += course.builds[i].stoppedAt > from
                    && (course.builds[i].status == 0) != (course.builds[i - 1].status == 0)
                ? 1
                : 0;
        return -changes;
    };
    std::ranges::stable_sort(all, {}, turns);
    if (all.size() > count)
        all.resize(count);
    return all;
}

QStringList expected(const Course &course, qint64 from)
{
    QStringList happened;
    for (size_t i = 1; i < course.builds.size(); ++i) {
        if (course.builds[i].stoppedAt <= from)
            continue;
        const bool wasGood = course.builds[i - 1].status == 0;
        const bool isGood = course.builds[i].status == 0;
        happened << (isGood ? (wasGood ? u"succeeded"_s : u"fixed"_s) : (wasGood ? u"broke"_s : u"failed"_s));
    }
    return happened;
}

QStringList told(const QList<watch::Notice> &notices, const QString &job)
{
    QStringList transitions;
    QHash<QString, qsizetype> namedIn; ///< how many others each notice named when it last came
    for (const auto &notice : notices) {
        const bool isOwn = notice.title.startsWith(job + u' ') && !notice.isUpdate;
        const auto before = notice.isUpdate ? namedIn.value(notice.id) : 0;
        const auto added = notice.others.sliced(std::min(before, notice.others.size()));
        namedIn[notice.id] = notice.others.size();
        if (isOwn || added.contains(job))
            transitions << watch::key(notice.transition);
    }
    return transitions;
}

} // namespace narscope::test
