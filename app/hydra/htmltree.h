// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/htmlguard.h"
#include "hydra/plaintext.h"

#include <QHash>
#include <QList>
#include <QString>

#include <memory>
#include <vector>

namespace narscope::hydra {

/// A node of an HtmlTree, or none; reading from none gives nothing. Walks never recurse.
class HtmlNode {
public:
    enum class Walk { Into, Past, Stop };

    HtmlNode() = default;
    explicit HtmlNode(const GumboNode *node)
        : m_node(node)
    {
    }

    [[nodiscard]] explicit operator bool() const { return m_node; }
    [[nodiscard]] bool is(GumboTag tag) const;
    [[nodiscard]] bool isElement() const;
    [[nodiscard]] bool isText() const;
    [[nodiscard]] QString attribute(const char *name) const;
    [[nodiscard]] bool hasClass(QLatin1StringView name) const;
    /// All text below, as one plain line; scripts and styles left out.
    [[nodiscard]] QString text() const;
    /// The same with its line ends.
    [[nodiscard]] QString lines() const;

    [[nodiscard]] QList<HtmlNode> children() const; ///< elements and text
    [[nodiscard]] QList<HtmlNode> children(GumboTag tag) const;
    /// The first below, in document order.
    [[nodiscard]] HtmlNode first(GumboTag tag) const;
    [[nodiscard]] HtmlNode first(GumboTag tag, QLatin1StringView className) const;
    /// All below, in document order.
    [[nodiscard]] QList<HtmlNode> all(GumboTag tag) const;
    /// Rows of this table, not of tables inside it.
    [[nodiscard]] QList<HtmlNode> rows() const;
    /// Cells of this row, th and td.
    [[nodiscard]] QList<HtmlNode> cells() const;

    /// Visits all below in document order; Past leaves out what is below the visited node.
    template <typename Visit> void walk(Visit visit) const
    {
        std::vector<const GumboNode *> waiting;
        pushChildren(m_node, waiting);
        while (!waiting.empty()) {
            const auto *node = waiting.back();
            waiting.pop_back();
            const Walk next = visit(HtmlNode(node));
            if (next == Walk::Stop)
                return;
            if (next == Walk::Into)
                pushChildren(node, waiting);
        }
    }

private:
    static void pushChildren(const GumboNode *node, std::vector<const GumboNode *> &waiting);
    [[nodiscard]] QString rawText() const;

    const GumboNode *m_node = nullptr;
};

/// A parsed page. The bytes must outlive it.
class HtmlTree {
public:
    [[nodiscard]] static Result<HtmlTree> parse(QByteArrayView body);

    [[nodiscard]] HtmlNode root() const { return m_root; }
    [[nodiscard]] HtmlNode byId(const QString &id) const { return m_ids.value(id); }

private:
    HtmlTree() = default;

    std::unique_ptr<HtmlMemory> m_memory;
    HtmlNode m_root;
    QHash<QString, HtmlNode> m_ids;
};

} // namespace narscope::hydra
