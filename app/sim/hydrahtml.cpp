// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrahtml.h"

#include "sim/packages.h"

#include <QDateTime>
#include <QTimeZone>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

struct StatusWords {
    QByteArrayView icon;
    QByteArrayView word;
    QByteArrayView build;
    QByteArrayView step;
};

constexpr QByteArrayView redCross = "emojione-red-x-274c";
constexpr QByteArrayView stopSign = "emojione-stopsign-1f6d1";

// hydra.md §6.1; a code that Hydra does not know gets the last line.
StatusWords words(int status)
{
    switch (status) {
    case 0:
        return {"emojione-check-2714", "Succeeded", "Success", "Succeeded"};
    case 1:
        return {redCross, "Failed", "Build returned a non-zero exit code", "Failed"};
    case 2:
        return {"emojione-gray-x-2716", "Dependency failed", "A dependency of the build failed", "Failed"};
    case 3:
        return {stopSign, "Aborted", "Aborted", "Aborted"};
    case 4:
        return {stopSign, "Cancelled", "Cancelled by user", "Cancelled"};
    case 6:
        return {redCross, "Failed with output", "Build failed with output", "Failed with output"};
    case 7:
        return {stopSign, "Timed out", "Timed out", "Timed out"};
    case 8:
        return {redCross, "Failed", "Aborted", "Cached failure"};
    case 9:
        return {stopSign, "Aborted", "Unsupported system type", "Unsupported system type"};
    case 10:
        return {stopSign, "Log limit exceeded", "Log limit exceeded", "Log limit exceeded"};
    case 11:
        return {redCross, "Output size limit exceeded", "Output limit exceeded", "Output limit exceeded"};
    case 12:
        return {redCross, "Non-deterministic build", "Non-deterministic build", "Non-deterministic build"};
    default:
        return {redCross, "Failed", "Aborted", "Failed"};
    }
}

QByteArray ago(qint64 seconds, const QDateTime &time)
{
    if (seconds < 60)
        return QByteArray::number(qMax<qint64>(0, seconds)) + "s ago";
    if (seconds < 60 * 60)
        return QByteArray::number(seconds / 60) + "m ago";
    if (seconds < 24 * 60 * 60)
        return QByteArray::number(seconds / (60 * 60)) + "h ago";
    if (seconds < 7 * 24 * 60 * 60)
        return QByteArray::number(seconds / (24 * 60 * 60)) + "d ago";
    return time.toString(u"yyyy-MM-dd"_s).toLatin1();
}

QByteArray menuItem(const QByteArray &url, const QByteArray &text)
{
    return "  <a class=\"dropdown-item\"href=\"" + url + "\" >" + text + "  </a>";
}

QByteArray menu(QByteArrayView name, const QByteArray &items)
{
    return cat("  <li class=\"nav-item dropdown\"  >\n    <a class=\"nav-link dropdown-toggle\" href=\"#\" "
               "data-toggle=\"dropdown\">",
        name, "<b class=\"caret\"></b></a>\n    <div class=\"dropdown-menu\">", items, "    </div>\n  </li>");
}

QByteArray statusMenu(const Frame &f)
{
    const QByteArray queue = "Queue (" + QByteArray::number(f.running) + '/' + QByteArray::number(f.queued) + ')';
    return menu("Status",
        menuItem(f.base + "/queue-summary", queue) + menuItem(f.base + "/status", "Running builds")
            + menuItem(f.base + "/machines", "Machine status") + menuItem(f.base + "/evals", "Latest evaluations")
            + menuItem(f.base + "/all", "Latest builds") + menuItem(f.base + "/steps", "Latest steps")
            + menuItem(f.base + "/queue-runner-status", "Queue Runner Status"));
}

QByteArray subjectMenu(QByteArrayView name, const QByteArray &header, const QByteArray &url)
{
    return menu(name,
        "      <h6 class=\"dropdown-header\">" + escaped(header) + "</h6>\n      <div class=\"dropdown-divider\"></div>"
            + menuItem(url, "Overview") + menuItem(url + "/all", "Latest builds"));
}

QByteArray menus(const Frame &f)
{
    QByteArray all = statusMenu(f);
    if (f.project.isEmpty())
        return all;
    all += subjectMenu("Project", f.project, f.base + "/project/" + encoded(f.project));
    const QByteArray jobset = encoded(f.project) + '/' + encoded(f.jobset);
    if (!f.jobset.isEmpty())
        all += subjectMenu("Jobset", f.jobset, f.base + "/jobset/" + jobset);
    if (!f.job.isEmpty())
        all += subjectMenu("Job", f.job, f.base + "/job/" + jobset + '/' + encoded(f.job));
    return all;
}

} // namespace

QByteArray escaped(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

QByteArray encoded(QByteArrayView text)
{
    return text.toByteArray().toPercentEncoding();
}

QByteArray link(const QByteArray &url, const QByteArray &html, QByteArrayView cssClass)
{
    if (cssClass.isEmpty())
        return "<a href=\"" + url + "\">" + html + "</a>";
    return cat("<a class=\"", cssClass, "\" href=\"", url, "\">", html, "</a>");
}

QByteArray timeTag(qint64 epoch, qint64 now, TimeForm form)
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(epoch, QTimeZone::UTC);
    const QByteArray plain = time.toString(u"yyyy-MM-dd HH:mm:ss"_s).toLatin1();
    const std::array<QByteArray, 3> attributes{"data-timestamp=\"" + QByteArray::number(epoch) + '"',
        "datetime=\"" + time.toString(u"yyyy-MM-ddTHH:mm:ssZ"_s).toLatin1() + '"', "title=\"" + plain + " (UTC)\""};
    const size_t turn = mix(static_cast<quint64>(epoch)) % 3;
    const bool relative = form == TimeForm::Relative;
    return "<time " + attributes[turn] + ' ' + attributes[(turn + 1) % 3] + ' ' + attributes[(turn + 2) % 3]
        + " class=\"date is-" + (relative ? "relative" : "absolute") + "\">"
        + (relative ? ago(now - epoch, time) : plain) + "</time>";
}

QByteArray durationText(qint64 seconds)
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    constexpr qint64 day = 24 * hour;
    QByteArray text;
    if (seconds >= day)
        text += QByteArray::number(seconds / day) + "d&nbsp;";
    if (seconds >= hour)
        text += QByteArray::number(seconds / hour % 24) + "h&nbsp;";
    if (seconds >= minute)
        text += QByteArray::number(seconds / minute % 60) + "m&nbsp;";
    return text + QByteArray::number(seconds % 60) + 's';
}

QByteArray mebibytes(qint64 bytes)
{
    return QByteArray::number(double(bytes) / (1024.0 * 1024.0), 'f', 2) + " MiB";
}

QByteArray iconWord(std::optional<int> status)
{
    return status ? words(*status).word.toByteArray() : "Queued"_ba;
}

QByteArray statusIcon(const QByteArray &base, std::optional<int> status, int pixels)
{
    const QByteArray word = iconWord(status);
    const QByteArray file = status ? words(*status).icon.toByteArray() : "emojione-question-2754"_ba;
    return cat("      <img src=\"", base, "/static/images/", file, ".svg\" height=\"", pixels, "\" width=\"", pixels,
        "\" title=\"", word, "\" alt=\"", word, "\" class=\"build-status\" />");
}

QByteArray statusHtml(std::optional<int> status, bool running)
{
    if (!status)
        return running ? "    <strong>Build in progress</strong>"_ba : "    <strong>Scheduled to be built</strong>"_ba;
    const QByteArray text = words(*status).build.toByteArray();
    if (*status == 0)
        return "      <strong>" + text + "</strong>";
    const QByteArray below
        = text == "Aborted" ? "\n      (Hydra failure; see <a href=\"#nix-error\">below</a>)"_ba : QByteArray();
    return "      <span class=\"error\">" + text + "</span>" + below;
}

QByteArray stepStatusHtml(int status, const QByteArray &error)
{
    const QByteArray text = words(status).step.toByteArray();
    if (status == 0)
        return "      " + text;
    const QByteArray why = status == 3 && !error.isEmpty() ? ": <em>" + escaped(error) + "</em>" : QByteArray();
    return "    <span class=\"error\">" + text + "</span>" + why;
}

QByteArray revisionLink(const QByteArray &revision, const QByteArray &shown)
{
    return "    <a class=\"rev-copy\" href=\"javascript:void(0)\" title=\"Click to copy full revision: " + revision
        + "\"><tt>" + shown + "</tt></a>";
}

QByteArray infoRow(QByteArrayView title, const QByteArray &html)
{
    return cat("      <tr>\n        <th>", title, "</th>\n        <td>", html, "</td>\n      </tr>\n");
}

QByteArray pagination(const QByteArray &target, qint64 page, qint64 lastPage)
{
    const auto item = [&](bool enabled, qint64 to, QByteArrayView text) {
        return cat("    <li class=\"page-item", enabled ? "" : " disabled", "\"><a class=\"page-link\" href=\"", target,
            "?page=", to, "\">", text, "</a></li>\n");
    };
    return "  <ul class=\"pagination\">\n" + item(page > 1, 1, "&laquo; First")
        + item(page > 1, page - 1, "&lsaquo; Previous") + item(page < lastPage, page + 1, "Next &rsaquo;")
        + item(page < lastPage, lastPage, "Last &raquo;") + "  </ul>\n";
}

QByteArray tabLink(QByteArrayView id, QByteArrayView text, bool active)
{
    return cat("  <li class=\"nav-item\"><a class=\"nav-link", active ? " active" : "", "\" href=\"#", id,
        "\" data-toggle=\"tab\">", text, "</a></li>\n");
}

QByteArray lazyTab(const QByteArray &id)
{
    return "  <div id=\"" + id
        + "\" class=\"tab-pane\">\n    <center><span class=\"spinner-border spinner-border-sm\"/></center>\n "
          " </div>\n";
}

QByteArray framed(const Frame &frame, const QByteArray &content)
{
    const QByteArray heading = frame.heading.isEmpty() ? escaped(frame.title) : frame.heading;
    return "<!DOCTYPE html>\n\n<html lang=\"en\">\n\n  <head>\n    <title>Hydra - " + escaped(frame.title)
        + "</title>\n\n    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n  "
          "</head>\n\n  <body>\n\n"
          "    <nav class=\"navbar navbar-expand-md navbar-light bg-light\">\n      <div "
          "class=\"container\">\n"
          "        <a class=\"navbar-brand\" href=\""
        + frame.base
        + "/\">Hydra</a>\n        <div class=\"collapse navbar-collapse\" id=\"navbarSupportedContent\"><ul "
          "class=\"navbar-nav mr-auto\">\n"
        + menus(frame)
        + "\n</ul>\n        </div>\n      </div>\n    </nav>\n\n    <div class=\"container\">\n      <div "
          "class=\"skip-topbar\"></div>\n"
          "        <div class=\"page-header\">"
        + heading + "        </div>\n" + content
        + "\n      <footer class=\"navbar\">\n        <hr />\n        <small>\n          <em><a "
          "href=\"http://nixos.org/hydra\" "
          "target=\"_blank\" class=\"squiggle\">Hydra</a> 0.1.20260821.14332fb (using nix 2.34.1 and "
          "nix-eval-jobs "
          "2.34.0).</em>        </small>\n      </footer>\n\n    </div>\n\n  </body>\n\n</html>\n";
}

} // namespace narscope::sim
