// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/bundlecheck.h"
#include "trace/statement.h"

#include <QJsonArray>

#include <set>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

/// What a bundle says, by kind and name, each as one line of text.
using Said = std::map<std::pair<QString, QString>, QString>;

void addHops(const QJsonValue &trace, Said &said)
{
    for (const auto &hop : trace["hops"_L1].toArray())
        said[{u"hop"_s, hop["id"_L1].toString()}]
            = u"%1 %2 (%3)"_s.arg(hop["claim"_L1].toString(), hop["object"_L1].toString(), hop["grade"_L1].toString());
    for (const auto &finding : trace["findings"_L1].toArray())
        said[{u"finding"_s, finding["sentence"_L1].toString()}] = finding["kind"_L1].toString();
    for (const auto &answer : trace["evidence"_L1].toArray())
        said[{u"evidence"_s, answer["url"_L1].toString()}] = answer["sha256"_L1].toString();
}

Said saidBy(const Bundle &bundle)
{
    Said said;
    said[{u"signer"_s, u"key"_s}] = QString::fromLatin1(bundle.publicKey.toBase64());
    for (const auto &envelope : bundle.envelopes) {
        const auto statement = statementIn(envelope);
        for (const auto &subject : statement.value("subject"_L1).toArray()) {
            const auto digest = subject["digest"_L1].toObject();
            said[{u"subject"_s, subject["name"_L1].toString()}]
                = digest.isEmpty() ? QString() : digest.begin().key() + u':' + digest.begin().value().toString();
        }
        const auto predicate = statement.value("predicate"_L1);
        if (statement.value("predicateType"_L1) == summaryType) {
            said[{u"result"_s, u"of the signer"_s}] = predicate["verificationResult"_L1].toString();
            addHops(predicate["narscope_trace"_L1], said);
        }
    }
    return said;
}

} // namespace

QList<BundleDifference> differences(const Bundle &left, const Bundle &right)
{
    const auto one = saidBy(left);
    const auto other = saidBy(right);
    std::set<std::pair<QString, QString>> names;
    for (const auto *said : {&one, &other}) {
        for (const auto &name : *said | std::views::keys)
            names.insert(name);
    }
    QList<BundleDifference> found;
    for (const auto &name : names) {
        const auto at = [&](const Said &said) { return said.contains(name) ? said.at(name) : QString(); };
        if (at(one) != at(other))
            found.append({.what = name.first, .name = name.second, .left = at(one), .right = at(other)});
    }
    return found;
}

} // namespace narscope::trace
