// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <concepts>
#include <optional>

// Pieces that Hydra's pages are made of, in the markup of its master of August 2026: the same elements,
// classes, texts and oddities (links without a space before href, attributes of <time> in changing order).

namespace narscope::sim {

[[nodiscard]] inline QByteArray piece(QByteArrayView text)
{
    return text.toByteArray();
}
[[nodiscard]] inline QByteArray piece(std::integral auto number)
{
    return QByteArray::number(static_cast<qlonglong>(number));
}
/// Texts and numbers joined.
template <typename... Pieces> [[nodiscard]] QByteArray cat(const Pieces &...pieces)
{
    QByteArray all;
    (all.append(piece(pieces)), ...);
    return all;
}

/// For text and attribute values.
[[nodiscard]] QByteArray escaped(QByteArrayView text);
/// A path segment of a link.
[[nodiscard]] QByteArray encoded(QByteArrayView text);
[[nodiscard]] QByteArray link(const QByteArray &url, const QByteArray &html, QByteArrayView cssClass = {});

enum class TimeForm { Absolute, Relative };
[[nodiscard]] QByteArray timeTag(qint64 epoch, qint64 now, TimeForm form);
/// "2m&nbsp;24s"
[[nodiscard]] QByteArray durationText(qint64 seconds);
/// "2.86 MiB"
[[nodiscard]] QByteArray mebibytes(qint64 bytes);

/// The words that go with a build's code: nothing means not finished.
[[nodiscard]] QByteArray iconWord(std::optional<int> status);
[[nodiscard]] QByteArray statusIcon(const QByteArray &base, std::optional<int> status, int pixels);
/// What a build page says after «Status:».
[[nodiscard]] QByteArray statusHtml(std::optional<int> status, bool running);
/// What the Status column of a finished step says.
[[nodiscard]] QByteArray stepStatusHtml(int status, const QByteArray &error);

/// A revision that a click copies, shown as `shown`.
[[nodiscard]] QByteArray revisionLink(const QByteArray &revision, const QByteArray &shown);
/// A row of an info-table.
[[nodiscard]] QByteArray infoRow(QByteArrayView title, const QByteArray &html);
/// `target`: the page's own path, or nothing where Hydra writes relative links.
[[nodiscard]] QByteArray pagination(const QByteArray &target, qint64 page, qint64 lastPage);
/// An entry of a row of tabs.
[[nodiscard]] QByteArray tabLink(QByteArrayView id, QByteArrayView text, bool active = false);
/// A tab that a script would fill.
[[nodiscard]] QByteArray lazyTab(const QByteArray &id);

/// What stands around a page.
struct Frame {
    QByteArray base;
    QByteArray title; ///< without «Hydra - »
    QByteArray heading; ///< HTML; empty: the title
    QByteArray project;
    QByteArray jobset;
    QByteArray job;
    qint64 running = 0;
    qint64 queued = 0;
};
[[nodiscard]] QByteArray framed(const Frame &frame, const QByteArray &content);

} // namespace narscope::sim
