// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmltree.h"

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

const GumboVector *childrenOf(const GumboNode *node)
{
    if (!node)
        return nullptr;
    if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
        return &node->v.element.children;
    return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : nullptr;
}

const GumboNode *childAt(const GumboVector &children, unsigned index)
{
    return static_cast<const GumboNode *>(children.data[index]);
}

} // namespace

bool HtmlNode::is(GumboTag tag) const
{
    return isElement() && m_node->v.element.tag == tag;
}

bool HtmlNode::isElement() const
{
    return m_node && m_node->type == GUMBO_NODE_ELEMENT;
}

bool HtmlNode::isText() const
{
    return m_node
        && (m_node->type == GUMBO_NODE_TEXT || m_node->type == GUMBO_NODE_WHITESPACE
            || m_node->type == GUMBO_NODE_CDATA);
}

QString HtmlNode::attribute(const char *name) const
{
    if (!isElement())
        return {};
    const auto *attribute = gumbo_get_attribute(&m_node->v.element.attributes, name);
    return attribute ? QString::fromUtf8(attribute->value) : QString();
}

bool HtmlNode::hasClass(QLatin1StringView name) const
{
    const auto classes = attribute("class");
    for (const auto one : QStringView(classes).tokenize(u' ')) {
        if (one == name)
            return true;
    }
    return false;
}

QString HtmlNode::rawText() const
{
    if (isText())
        return QString::fromUtf8(m_node->v.text.text);
    QString text;
    walk([&text](HtmlNode node) {
        if (node.is(GUMBO_TAG_SCRIPT) || node.is(GUMBO_TAG_STYLE))
            return Walk::Past;
        if (node.isText())
            text += QString::fromUtf8(node.m_node->v.text.text);
        return Walk::Into;
    });
    return text;
}

QString HtmlNode::text() const
{
    return plainLine(rawText());
}

QString HtmlNode::lines() const
{
    return plainText(rawText());
}

void HtmlNode::pushChildren(const GumboNode *node, std::vector<const GumboNode *> &waiting)
{
    const auto *children = childrenOf(node);
    for (auto i = children ? children->length : 0; i > 0; --i)
        waiting.push_back(childAt(*children, i - 1));
}

QList<HtmlNode> HtmlNode::children() const
{
    QList<HtmlNode> list;
    const auto *children = childrenOf(m_node);
    for (unsigned i = 0; children && i < children->length; ++i) {
        if (const HtmlNode child(childAt(*children, i)); child.isElement() || child.isText())
            list.append(child);
    }
    return list;
}

QList<HtmlNode> HtmlNode::children(GumboTag tag) const
{
    QList<HtmlNode> list;
    const auto *children = childrenOf(m_node);
    for (unsigned i = 0; children && i < children->length; ++i) {
        if (const HtmlNode child(childAt(*children, i)); child.is(tag))
            list.append(child);
    }
    return list;
}

HtmlNode HtmlNode::first(GumboTag tag) const
{
    HtmlNode found;
    walk([&](HtmlNode node) {
        if (!node.is(tag))
            return Walk::Into;
        found = node;
        return Walk::Stop;
    });
    return found;
}

HtmlNode HtmlNode::first(GumboTag tag, QLatin1StringView className) const
{
    HtmlNode found;
    walk([&](HtmlNode node) {
        if (!node.is(tag) || !node.hasClass(className))
            return Walk::Into;
        found = node;
        return Walk::Stop;
    });
    return found;
}

QList<HtmlNode> HtmlNode::all(GumboTag tag) const
{
    QList<HtmlNode> list;
    walk([&](HtmlNode node) {
        if (node.is(tag))
            list.append(node);
        return Walk::Into;
    });
    return list;
}

QList<HtmlNode> HtmlNode::rows() const
{
    QList<HtmlNode> list;
    walk([&](HtmlNode node) {
        if (node.is(GUMBO_TAG_TR))
            list.append(node);
        return node.is(GUMBO_TAG_TR) || node.is(GUMBO_TAG_TABLE) ? Walk::Past : Walk::Into;
    });
    return list;
}

QList<HtmlNode> HtmlNode::cells() const
{
    QList<HtmlNode> list;
    for (const auto &child : children()) {
        if (child.is(GUMBO_TAG_TD) || child.is(GUMBO_TAG_TH))
            list.append(child);
    }
    return list;
}

Result<HtmlTree> HtmlTree::parse(QByteArrayView body)
{
    if (body.size() > largestHtml)
        return problem(ProblemKind::TooLarge, u"%1 bytes of HTML"_s.arg(body.size()));
    if (const auto nesting = checkNesting(body); !nesting)
        return std::unexpected(nesting.error());
    HtmlTree tree;
    // A real row costs gumbo some twelve times its bytes.
    tree.m_memory = std::make_unique<HtmlMemory>(16 * 1024 * 1024 + 40 * qint64(body.size()));
    const auto *output = tree.m_memory->parse(body);
    if (!output)
        return problemSaying(ProblemKind::TooLarge, u"The page takes more memory or time to read than any real one."_s,
            u"%1 bytes of HTML"_s.arg(body.size()));
    tree.m_root = HtmlNode(output->document);
    tree.m_root.walk([&tree](HtmlNode node) {
        if (const auto id = node.attribute("id"); !id.isEmpty() && !tree.m_ids.contains(id))
            tree.m_ids.insert(id, node);
        return HtmlNode::Walk::Into;
    });
    return tree;
}

} // namespace narscope::hydra
