// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/parsers.h"

#include <QDateTime>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

// ListObjects of S3, versions 1 and 2, and its <Error>.

namespace narscope::channels {

namespace {

constexpr qsizetype largestXml = 16 * 1024 * 1024; ///< bytes; 1000 keys are 400 kB
constexpr int deepest = 8; ///< real answers have 3 levels

qint64 timeOf(const QString &text)
{
    return QDateTime::fromString(text, Qt::ISODateWithMs).toSecsSinceEpoch();
}

/// Collects by the path of an element, so that nothing recurses.
class Reader {
public:
    explicit Reader(QByteArrayView xml)
        : m_xml(QByteArray::fromRawData(xml.data(), xml.size()))
    {
        m_xml.setEntityExpansionLimit(0);
    }

    Result<BucketPage> read()
    {
        while (!m_xml.atEnd() && !m_problem) {
            const auto token = m_xml.readNext();
            if (token == QXmlStreamReader::DTD)
                return malformed(u"a document type"_s);
            if (token == QXmlStreamReader::StartElement)
                open();
            else if (token == QXmlStreamReader::Characters && !m_path.isEmpty())
                m_text += m_xml.text();
            else if (token == QXmlStreamReader::EndElement)
                close();
        }
        if (m_problem)
            return std::unexpected(*m_problem);
        if (m_xml.hasError())
            return malformed(m_xml.errorString());
        if (!m_isList)
            return malformed(u"no ListBucketResult"_s);
        return std::move(m_page);
    }

private:
    std::unexpected<Problem> malformed(const QString &detail) const
    {
        return problemSaying(
            ProblemKind::Malformed, u"This is no list of a bucket."_s, u"line %1"_s.arg(m_xml.lineNumber()), detail);
    }

    void open()
    {
        m_path.append(m_xml.name().toString());
        m_text.clear();
        if (m_path.size() > deepest)
            m_problem = malformed(u"nested too deep"_s).error();
        if (m_path.size() == 1)
            m_isList = m_path.first() == "ListBucketResult"_L1;
        if (isBelow("Contents"_L1, 2))
            m_entry = {};
    }

    void close()
    {
        if (m_path.size() == 1 && m_path.first() == "Error"_L1)
            m_problem = error();
        else if (m_path.first() == "Error"_L1 && m_path.size() == 2)
            m_error.insert(m_path.last(), m_text);
        else if (m_isList && m_path.size() == 2)
            closeMember();
        else if (isBelow("Contents"_L1, 3))
            closeEntryPart();
        else if (isBelow("CommonPrefixes"_L1, 3) && m_path.last() == "Prefix"_L1)
            m_page.folders.append(m_text);
        m_path.removeLast();
        m_text.clear();
    }

    [[nodiscard]] bool isBelow(QLatin1StringView name, qsizetype depth) const
    {
        return m_isList && m_path.size() == depth && m_path[1] == name;
    }

    void closeMember()
    {
        const auto &name = m_path.last();
        if (name == "Contents"_L1)
            m_page.entries.append(m_entry);
        else if (name == "Name"_L1)
            m_page.bucket = m_text;
        else if (name == "Prefix"_L1)
            m_page.prefix = m_text;
        else if (name == "IsTruncated"_L1)
            m_page.isTruncated = m_text.trimmed() == "true"_L1;
        else if (name == "NextMarker"_L1)
            m_page.nextMarker = m_text;
        else if (name == "NextContinuationToken"_L1)
            m_page.continuation = m_text;
    }

    void closeEntryPart()
    {
        const auto &name = m_path.last();
        if (name == "Key"_L1)
            m_entry.key = m_text;
        else if (name == "LastModified"_L1)
            m_entry.lastModified = timeOf(m_text);
        else if (name == "Size"_L1)
            m_entry.size = m_text.toLongLong();
        else if (name == "ETag"_L1)
            m_entry.etag = m_text.remove(u'"');
    }

    [[nodiscard]] Problem error() const
    {
        const auto code = m_error.value(u"Code"_s);
        const auto kind = code == "AccessDenied"_L1 ? ProblemKind::Forbidden
            : code.startsWith("NoSuch"_L1)          ? ProblemKind::NotFound
                                                    : ProblemKind::ServerError;
        return problem(kind, {}, u"%1: %2"_s.arg(code, m_error.value(u"Message"_s))).error();
    }

    QXmlStreamReader m_xml;
    QStringList m_path;
    QString m_text;
    QHash<QString, QString> m_error;
    bool m_isList = false;
    BucketEntry m_entry;
    BucketPage m_page;
    std::optional<Problem> m_problem;
};

} // namespace

Result<BucketPage> parseBucketPage(QByteArrayView xml)
{
    if (xml.size() > largestXml)
        return problem(ProblemKind::TooLarge, {}, u"%1 bytes of XML"_s.arg(xml.size()));
    return Reader(xml).read();
}

} // namespace narscope::channels
