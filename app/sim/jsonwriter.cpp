// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/jsonwriter.h"

namespace narscope::sim {

namespace {

void appendEscaped(QByteArray &out, char c)
{
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        out += "\\u00";
        out += digits[(c >> 4) & 15];
        out += digits[c & 15];
    }
}

} // namespace

void JsonWriter::separate()
{
    if (m_needsComma)
        m_out += ',';
    m_needsComma = true;
}

void JsonWriter::open(char bracket)
{
    separate();
    m_out += bracket;
    m_needsComma = false;
}

void JsonWriter::close(char bracket)
{
    m_out += bracket;
    m_needsComma = true;
}

void JsonWriter::key(QByteArrayView name)
{
    value(name);
    m_out += ':';
    m_needsComma = false;
}

void JsonWriter::raw(QByteArrayView json)
{
    separate();
    m_out += json;
}

void JsonWriter::value(QByteArrayView text)
{
    separate();
    m_out += '"';
    qsizetype plain = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\')
            continue;
        m_out += text.sliced(plain, i - plain);
        appendEscaped(m_out, c);
        plain = i + 1;
    }
    m_out += text.sliced(plain);
    m_out += '"';
}

void JsonWriter::value(double number)
{
    QByteArray text = QByteArray::number(number, 'g', 15);
    if (!text.contains('.') && !text.contains('e'))
        text += ".0";
    raw(text);
}

} // namespace narscope::sim
