// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlguard.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string_view>
#include <unordered_map>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr qint64 longestParse = 20'000; ///< ms of processor time; 16 MB of Hydra's rows take one second

/// Tags that never stay open, or that the next of their kind or the end of a table's cell closes: Hydra of 2025
/// leaves an <a> open in every row.
constexpr std::array<std::string_view, 20> unnested{"a", "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img",
    "input", "li", "link", "meta", "option", "p", "source", "td", "th", "tr"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view tagName(std::string_view rest)
{
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != '>' && rest[end] != '/' && rest[end] != ' ' && rest[end] != '\t'
        && rest[end] != '\n' && rest[end] != '\r' && rest[end] != '\f')
        ++end;
    return rest.substr(0, end);
}

qint64 threadMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return qint64(time.tv_sec) * 1000 + qint64(time.tv_nsec) / 1'000'000;
}

} // namespace

Result<void> checkNesting(QByteArrayView body)
{
    // Counted by name, so that closing tags of another name do not hide what stays open.
    std::unordered_map<std::string_view, int> open;
    int depth = 0;
    const std::string_view text(body.data(), static_cast<std::size_t>(body.size()));
    for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        const bool closes = at + 1 < text.size() && text[at + 1] == '/';
        const auto name = tagName(text.substr(at + (closes ? 2 : 1)));
        if (name.empty() || !isLetter(name.front()) || std::ranges::binary_search(unnested, name))
            continue;
        auto &count = open[name];
        if (closes && count > 0) {
            --count;
            --depth;
        } else if (!closes && (++count, ++depth) > deepestHtml) {
            return problemSaying(
                ProblemKind::Malformed, u"The page is nested deeper than any real one."_s, u"byte %1"_s.arg(at));
        }
    }
    return {};
}

struct HtmlMemory::Block {
    Block *next;
    Block *previous;
    std::size_t size;
};

HtmlMemory::~HtmlMemory()
{
    while (auto *block = m_first) {
        m_first = block->next;
        std::free(block);
    }
}

bool HtmlMemory::isExhausted(std::size_t more)
{
    if (more > std::size_t(m_limit) || m_used + qint64(more) > m_limit)
        return true;
    // Asking for the time is a system call.
    return ++m_allocations % 256 == 0 && threadMilliseconds() - m_began > longestParse;
}

void *HtmlMemory::allocate(void *memory, std::size_t size)
{
    auto *self = static_cast<HtmlMemory *>(memory);
    // gumbo cannot handle a null pointer. It holds nothing but memory of ours, so it can be left by a jump.
    if (self->isExhausted(size))
        std::longjmp(self->m_giveUp, 1);
    constexpr std::size_t header
        = (sizeof(Block) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    void *raw = std::malloc(header + size);
    if (!raw)
        std::longjmp(self->m_giveUp, 1);
    auto *block = new (raw) Block{self->m_first, nullptr, size};
    if (self->m_first)
        self->m_first->previous = block;
    self->m_first = block;
    self->m_used += qint64(size);
    return static_cast<char *>(raw) + header;
}

void HtmlMemory::release(void *memory, void *pointer)
{
    if (!pointer)
        return;
    auto *self = static_cast<HtmlMemory *>(memory);
    constexpr std::size_t header
        = (sizeof(Block) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    auto *block = reinterpret_cast<Block *>(static_cast<char *>(pointer) - header);
    (block->previous ? block->previous->next : self->m_first) = block->next;
    if (block->next)
        block->next->previous = block->previous;
    self->m_used -= qint64(block->size);
    std::free(block);
}

GumboOutput *HtmlMemory::parse(QByteArrayView body)
{
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = release;
    options.userdata = this;
    options.max_errors = 0;
    m_began = threadMilliseconds();
    if (setjmp(m_giveUp) != 0)
        return nullptr;
    return gumbo_parse_with_options(&options, body.data(), static_cast<std::size_t>(body.size()));
}

} // namespace narscope::hydra
