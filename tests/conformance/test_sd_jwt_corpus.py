"""Agreement with another implementation's SD-JWTs, and with none of them once it is changed."""

import json

import pytest

from defa_trust.codec import base64url
from tests.conformance import sd_jwt_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_sd_jwt_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path(driver.FOLDER)))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases >= 30


def test_what_is_out_of_scope_is_refused_for_the_reason_given():
    refused = {
        source.id: driver.judge(source.message, source)
        for source in driver.sources(corpus_path(driver.FOLDER))
        if driver.out_of_scope(source.message)
    }
    assert len(refused) == 4
    for id, (verdict, detail) in refused.items():
        assert verdict == "reject"
        kid = "header_mod" in id
        assert ("jose.header_member at kid" if kid else "exactly one signature") in detail


def with_one_signature(message):
    """The general form's first signature alone, which carries the disclosures (RFC 9901, 8.3)."""
    document = json.loads(message)
    if "signatures" in document:
        del document["signatures"][1:]
    return json.dumps(document).encode()


def flip(text):
    """Another character, though not in the last place: its unused bits are another test's."""
    at = len(text) // 2
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def compact_mutations(message):
    """Named changes of a compact message, none of which may pass."""
    jwt, *disclosures, proof = message.decode().split("~")
    head, payload, signature = jwt.split(".")

    def put(jwt=jwt, disclosures=disclosures, proof=proof):
        return "~".join((jwt, *disclosures, proof)).encode()

    yield "payload", put(jwt=f"{head}.{flip(payload)}.{signature}")
    yield "header", put(jwt=f"{flip(head)}.{payload}.{signature}")
    yield "signature", put(jwt=f"{head}.{payload}.{flip(signature)}")
    yield "unsigned", put(jwt=f"{head}.{payload}.")
    none = base64url.encode(b'{"alg":"none","typ":"example+sd-jwt"}')
    yield "alg none", put(jwt=f"{none}.{payload}.")
    foreign = base64url.encode(json.dumps(["TEST-ONLY salt", "admin", True]).encode())
    yield "foreign disclosure", put(disclosures=[*disclosures, foreign])
    if disclosures:
        first, *others = disclosures
        yield "flipped disclosure", put(disclosures=[flip(first), *others])
        yield "repeated disclosure", put(disclosures=[first, *disclosures])
        yield "respaced disclosure", put(disclosures=[respace(first), *others])
        if proof:
            yield "dropped disclosure", put(disclosures=others)
        if proof and others:
            yield "reordered", put(disclosures=[*others, first])
        yield "no last tilde", "~".join((jwt, *disclosures)).encode()
    if proof:
        head, payload, signature = proof.split(".")
        yield "proof unsigned", put(proof=f"{head}.{payload}.")
        yield "proof flipped", put(proof=f"{head}.{payload}.{flip(signature)}")
        yield "proof twice", put(disclosures=[*disclosures, proof])


def respace(text):
    """The same JSON with other white space: a disclosure is its text, not its value."""
    value = json.loads(base64url.decode(text))
    body = json.dumps(value, separators=(" ,", ":")).encode()
    return base64url.encode(body)


def test_no_changed_message_passes():
    tried = 0
    for source in driver.sources(corpus_path(driver.FOLDER)):
        if source.message.startswith(b"{") or driver.out_of_scope(source.message):
            continue
        for name, message in compact_mutations(source.message):
            verdict, _ = driver.judge(message, source)
            assert verdict == "reject", (source.id, name)
            tried += 1
    assert tried > 200


def json_mutations(message):
    """Named changes of a message in JSON serialisation, none of which may pass."""

    def entry_of(document):
        return document["signatures"][0] if "signatures" in document else document

    def changed(change):
        document = json.loads(message)
        change(document, entry_of(document))
        return json.dumps(document).encode()

    def put(name, value):
        return lambda document, entry: entry.__setitem__(name, value(entry[name]))

    def within(name, value):
        return lambda document, entry: entry["header"].__setitem__(
            name, value(entry["header"][name])
        )

    yield "payload", changed(lambda document, entry: document.update(payload="e30"))
    yield "protected", changed(put("protected", flip))
    yield "signature", changed(put("signature", flip))
    yield "disclosure", changed(within("disclosures", lambda texts: [flip(texts[0]), *texts[1:]]))
    yield "repeated", changed(within("disclosures", lambda texts: [texts[0], *texts]))
    yield "joined", changed(within("disclosures", lambda texts: ["~".join(texts)]))
    yield "crit", changed(lambda document, entry: entry["header"].update(crit=["x"], x=1))
    yield "alg", changed(lambda document, entry: entry["header"].update(alg="ES256"))
    yield (
        "both forms",
        changed(
            lambda document, entry: document.update(
                {"signatures": [dict(entry)], "signature": entry["signature"]}
            )
        ),
    )
    if "kb_jwt" in entry_of(json.loads(message))["header"]:
        yield "dropped", changed(within("disclosures", lambda texts: texts[1:]))
        yield "reordered", changed(within("disclosures", lambda texts: [*texts[1:], texts[0]]))
        yield "proof", changed(within("kb_jwt", flip))
        yield "proof emptied", changed(within("kb_jwt", lambda text: ""))
        yield "proof with tilde", changed(within("kb_jwt", lambda text: "~" + text))


def test_no_changed_json_serialisation_passes():
    tried = 0
    for source in driver.sources(corpus_path(driver.FOLDER)):
        if not source.message.startswith(b"{"):
            continue
        message = with_one_signature(source.message)
        assert driver.judge(message, source)[0] == "accept", source.id
        for name, other in json_mutations(message):
            assert driver.judge(other, source)[0] == "reject", (source.id, name)
            tried += 1
    assert tried >= 40
