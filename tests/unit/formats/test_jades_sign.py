"""JAdES signatures that are made here: what stands in them, and what cannot be made."""

import json

import pytest

from defa_trust.algorithms import ECDSA_DER, PS256, KeyType
from defa_trust.codec import base64url
from defa_trust.content import Content
from defa_trust.demo import pki
from defa_trust.demo.keys import kept_rsa
from defa_trust.errors import MisuseError
from defa_trust.formats import jades
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.signer import SoftwareSigner
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, DOCUMENT, ISSUING, ask, clock, crls, evidence, responses

FLAT, GENERAL, COMPACT = JadesForm.FLATTENED, JadesForm.GENERAL, JadesForm.COMPACT
ALONG = [
    *(Item(EvidenceKind.CRL, der) for der in crls()),
    *(Item(EvidenceKind.OCSP, der) for der in responses()),
]


def made(content=DOCUMENT, signer=ALICE, form=FLAT, **more):
    return sign_jades(content, signer, **({"form": form, "signing_time": NOW - 2 * DAY} | more))


def header_of(data):
    file = json.loads(data)
    protected = file.get("protected") or file["signatures"][0]["protected"]
    return json.loads(base64url.decode(protected))


def passes(data, *more, given=None, **asked):
    report = ask(data, given=given, **asked)
    problems = [f.code.id for v in report.verdicts for f in v.problems]
    assert report.exit_code.value == 0, problems
    return report


@pytest.mark.parametrize("form", JadesForm)
def test_forms(form):
    data = made(form=form)
    assert jades.detect(data)
    report = passes(data)
    assert [f.actual for f in report.verdict.findings if f.code.id == "signature.form"] == ["B-B"]
    if form is not COMPACT:
        assert ("signatures" in json.loads(data)) is (form is GENERAL)


def test_new_signatures_state_their_time_as_a_number():
    header = header_of(made())
    assert header["iat"] == NOW - 2 * DAY
    assert "sigT" not in header
    assert "crit" not in header
    assert list(header) == ["alg", "iat", "x5t#S256", "x5c"]


@pytest.mark.parametrize("clear", [True, False])
def test_levels_in_both_spellings(clear):
    data = made(timestamps=clock(), evidence=ALONG, clear=clear)
    kinds = {type(each) for each in json.loads(data)["header"]["etsiU"]}
    assert kinds == ({dict} if clear else {str})
    report = passes(data, given=evidence(lists=()))
    assert [f.actual for f in report.verdict.findings if f.code.id == "signature.form"] == ["B-LT"]
    (signature,) = jades.parse(data, Request("SG", HolderBinding.IF_PRESENT)).signatures
    assert [item.octets for item in signature.evidence] == [item.octets for item in ALONG]


def test_what_the_signer_states():
    token = clock(NOW - 3 * DAY)
    data = made(
        mime_type="application/json", commitments=["1.2.3", "https://x.test/c"], roles=["clerk"],
        content_timestamps=token,
    )  # fmt: skip
    (signature,) = jades.parse(data, Request("SG", HolderBinding.IF_PRESENT)).signatures
    stated = signature.stated
    assert stated.content_type == "json"
    assert stated.commitments == ("1.2.3", "https://x.test/c")
    assert stated.roles == ("clerk",)
    (nested,) = passes(data).verdict.nested
    assert str(nested.validity.indication) == "TOTAL-PASSED"


def test_several_signers_over_one_payload():
    report = passes(made(signer=[ALICE, BOB], form=GENERAL, timestamps=clock()))
    assert len(report.verdicts) == 2


@pytest.mark.parametrize("digest", ["sha-384", "sha-512"])
def test_other_digests(digest):
    header = header_of(made(digest=digest, timestamps=clock()))
    assert header["x5t#o"]["digAlg"] == {"sha-384": "S384", "sha-512": "S512"}[digest]
    passes(made(digest=digest, timestamps=clock()))


@pytest.mark.parametrize(
    ("key_type", "chosen", "alg"),
    [
        (KeyType.P384, None, "ES384"),
        (KeyType.P521, None, "ES512"),
        (KeyType.RSA, None, "RS256"),
        (KeyType.RSA, PS256, "PS256"),
        (KeyType.ED25519, None, "Ed25519"),
    ],
)
@pytest.mark.parametrize("payload", JadesPayload)
def test_algorithms(key_type, chosen, alg, payload):
    own = kept_rsa("vn-signer") if key_type is KeyType.RSA else None
    usual = pki.signer(f"{key_type}", "VN", ISSUING, key_type=key_type, own=own)
    signer = SoftwareSigner(usual.key, usual.certificate, usual.chain, chosen)
    named = payload in (JadesPayload.BY_URI, JadesPayload.BY_URI_HASH)
    content = Detached("contract.txt", Content.of(DOCUMENT)) if named else DOCUMENT
    data = made(content, signer, payload=payload)
    assert header_of(data)["alg"] == alg
    outside = None if payload is JadesPayload.ATTACHED else Content.of(DOCUMENT)
    passes(data, content=outside)


@pytest.mark.parametrize("payload", [JadesPayload.ATTACHED, JadesPayload.DETACHED])
def test_payload_that_is_not_encoded(payload):
    text = 'TEST-ONLY "text" é\n'.encode()
    data = made(text, payload=payload, encoded=False)
    assert header_of(data)["crit"] == ["b64"]
    passes(data, content=Content.of(text))
    assert ("payload" in json.loads(data)) is (payload is JadesPayload.ATTACHED)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"digest": "sha3-256"}, "no name in JAdES"),
        ({"signer": []}, "one signature"),
        ({"signer": [ALICE, BOB]}, "one signature"),
        ({"form": COMPACT, "timestamps": clock()}, "no place"),
        ({"form": COMPACT, "evidence": ALONG}, "no place"),
        ({"form": COMPACT, "encoded": False}, "cannot hold"),
        ({"form": COMPACT, "encoded": False, "content": b"a.b"}, "cannot hold"),
        ({"encoded": False, "content": b"\xff"}, "cannot hold"),
        ({"payload": JadesPayload.BY_URI}, "needs its name"),
        ({"payload": JadesPayload.BY_URI_HASH, "content": []}, "at least one"),
        ({"content": Detached("a", Content.of(b"a"))}, "given as bytes"),
        (
            {"payload": JadesPayload.BY_URI,
             "content": Detached("a", Content.digested({"sha-256": bytes(32)}))},
            "not at hand",
        ),
        (
            {"payload": JadesPayload.BY_URI_HASH,
             "content": Detached("a", Content.digested({"sha-256": bytes(32)}))},
            "in base64url is not at hand",
        ),
        (
            {"signer": SoftwareSigner(ALICE.key, ALICE.certificate, (),
                                      ECDSA_DER[KeyType.P256, "SHA-512"])},
            "no name in JOSE",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_made(more, says):
    with pytest.raises(MisuseError, match=says):
        made(**more)


def test_a_digest_is_enough_to_sign_what_is_named():
    content = Content.digested({"sha-256": Content.of(DOCUMENT).digest("sha-256")})
    data = made(Detached("a", content), payload=JadesPayload.BY_URI_HASH, encoded=False)
    passes(data, content=Content.of(DOCUMENT))
