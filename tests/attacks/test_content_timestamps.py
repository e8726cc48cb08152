"""Time-stamps over the content, in every family and however the content is given.

Each stands beside one over something else, which proves nothing.
"""

from hashlib import sha256

import pytest

from defa_trust import signatures
from defa_trust.content import Content
from defa_trust.errors import MisuseError
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.formats.xades_sign import XmlPlacement
from defa_trust.material import EvidenceKind, Item
from defa_trust.verdict import SubIndication
from tests.attacks.test_cades import SHORT, answer, covering
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT, ask, cades, clock, codes_of, evidence
from tests.pdf_samples import message, signed
from tests.xades_samples import with_content_stamp, with_signature_stamp, xades

PASSED, FAILED, OPEN = "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"
BEFORE = clock(NOW - 3 * DAY)
FILES = {"a.txt": b"TEST-ONLY a", "b.txt": b"TEST-ONLY b"}
BY_DIGEST = Content.digested({"sha-256": sha256(DOCUMENT).digest()})


def off(source):
    """The same authority, asked about something else."""
    return lambda digest, _: source(digest, sha256(b"TEST-ONLY other").digest())


def detached_xades(source=BEFORE, files=None, signer=ALICE, **more):
    files = {"contract.txt": DOCUMENT} if files is None else files
    listed = [Detached(name, Content.of(octets)) for name, octets in files.items()]
    data = xades(listed, signer, XmlPlacement.DETACHED, **more)
    return with_content_stamp_by(data, b"".join(files.values()), source, signer)


def with_content_stamp_by(data, octets, source, signer=ALICE):
    return with_content_stamp(data, source("sha-256", sha256(octets).digest()), signer)


def enveloping_xades(source=BEFORE):
    data = xades(DOCUMENT, placement=XmlPlacement.ENVELOPING)
    return with_content_stamp_by(data, DOCUMENT, source)


def jades(payload, *, encoded, source=BEFORE):
    content = DOCUMENT if payload in (JadesPayload.ATTACHED, JadesPayload.DETACHED) else (
        Detached("contract.txt", Content.of(DOCUMENT))
    )  # fmt: skip
    return sign_jades(
        content, ALICE, form=JadesForm.FLATTENED, payload=payload, encoded=encoded,
        signing_time=NOW - 2 * DAY, content_timestamps=source,
    )  # fmt: skip


def pdf(source=BEFORE):
    return signed(make=lambda covered: message(covered, content_timestamps=source))


def named(files):
    return evidence(*(Item(EvidenceKind.CONTENT, octets, uri) for uri, octets in files.items()))


WHOLE, DIGEST = {"content": Content.of(DOCUMENT)}, {"content": BY_DIGEST}
NAMED = {"given": named({"contract.txt": DOCUMENT})}
WAYS = {
    "cades attached": (lambda s: cades(content_timestamps=s), {}),
    **{
        f"cades detached, {how}": (
            lambda s: cades(content_timestamps=s, placement=Placement.DETACHED), given,
        )
        for how, given in (("by file", WHOLE), ("by digest", DIGEST), ("by name", NAMED))
    },
    "xades enveloping": (enveloping_xades, {}),
    "xades detached, by file": (detached_xades, WHOLE),
    "xades detached, by digest": (detached_xades, DIGEST),
    "xades detached, by name": (detached_xades, NAMED),
    "xades over two files": (lambda s: detached_xades(s, FILES), {"given": named(FILES)}),
    "pades": (pdf, {}),
    **{
        f"jades {payload.value}, encoded {encoded}, {how}": (
            lambda s, p=payload, e=encoded: jades(p, encoded=e, source=s), given,
        )
        for payload in JadesPayload
        for encoded in (True, False)
        for how, given in (("by file", WHOLE), ("by name", NAMED))
        if payload is not JadesPayload.ATTACHED
    },
    "jades, by digest": (
        lambda s: jades(JadesPayload.BY_URI_HASH, encoded=False, source=s), DIGEST,
    ),
    "jades attached": (lambda s: jades(JadesPayload.ATTACHED, encoded=True, source=s), {}),
}  # fmt: skip


def nested(report):
    (verdict,) = report.verdicts
    (stamp,) = verdict.nested
    said = {f.code.id for f in verdict.findings}
    return str(stamp.validity.indication), "signature.younger" in said


@pytest.mark.parametrize("way", WAYS)
def test_a_content_time_stamp_counts_in_every_family_and_way(way):
    make, given = WAYS[way]
    report = ask(make(BEFORE), **given)
    assert answer(report) == (PASSED, None, [])
    assert nested(report) == (PASSED, True)
    other = ask(make(off(BEFORE)), **given)
    assert answer(other) == (PASSED, None, [])
    assert nested(other) == (FAILED, False)


def test_what_it_covers_is_not_at_hand():
    """The signature says that its content is missing, and the time-stamp is not called wrong."""
    report = ask(detached_xades())
    assert answer(report)[:2] == (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND)
    assert nested(report) == (OPEN, False)
    one = named({"a.txt": FILES["a.txt"]})
    assert nested(ask(detached_xades(files=FILES), given=one)) == (OPEN, False)


def test_files_in_another_order_are_another_content():
    turned = dict(reversed(FILES.items()))
    listed = [Detached(name, Content.of(octets)) for name, octets in FILES.items()]
    data = xades(listed, placement=XmlPlacement.DETACHED)
    data = with_content_stamp_by(data, b"".join(turned.values()), BEFORE)
    assert nested(ask(data, given=named(FILES))) == (FAILED, False)


def test_files_are_put_together_within_a_bound(monkeypatch):
    size = sum(map(len, FILES.values()))
    for bound, found in ((size, (PASSED, True)), (size - 1, (OPEN, False))):
        monkeypatch.setattr(signatures, "MAX_SIGNED_FILE_BYTES", bound)
        assert nested(ask(detached_xades(files=FILES), given=named(FILES))) == found


@pytest.mark.parametrize("given", [WHOLE, DIGEST, NAMED], ids=["file", "digest", "name"])
def test_signed_after_the_certificate_ended(given):
    """The content is proven to be younger than the certificate: it failed, whatever comes later."""
    more = {"signer": SHORT}
    lists = {"given": covering(SHORT)} if "given" not in given else {
        "given": covering(SHORT).with_items([Item(EvidenceKind.CONTENT, DOCUMENT, "contract.txt")])
    }  # fmt: skip
    ask_of = {**given, **lists}
    late = detached_xades(clock(NOW - 5 * DAY), **more)
    indication, sub, said = answer(ask(late, **ask_of))
    assert (indication, sub) == (FAILED, SubIndication.EXPIRED)
    assert "signature.expired_before" in said
    early = detached_xades(clock(NOW - 20 * DAY), **more)
    assert answer(ask(early, **ask_of))[:2] == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)


@pytest.mark.parametrize("given", [WHOLE, DIGEST, NAMED], ids=["file", "digest", "name"])
def test_time_stamps_in_the_wrong_order(given):
    """One over the signature that is older than one over the content it signs."""

    def both(over_signature, over_content):
        first = detached_xades(over_content)
        return with_signature_stamp(first, over_signature)

    good = ask(both(clock(NOW - DAY), BEFORE), **given)
    assert answer(good) == (PASSED, None, [])
    bad = ask(both(BEFORE, clock(NOW - DAY)), **given)
    assert answer(bad)[:2] == (OPEN, SubIndication.TIMESTAMP_ORDER_FAILURE)
    assert codes_of(bad.verdict) == ["signature.timestamp_order"]


def test_no_content_time_stamp_over_several_objects_is_made():
    objects = [Detached(name, Content.of(octets)) for name, octets in FILES.items()]
    with pytest.raises(MisuseError, match="several objects"):
        sign_jades(
            objects, ALICE, form=JadesForm.FLATTENED, payload=JadesPayload.BY_URI_HASH,
            signing_time=NOW, content_timestamps=BEFORE,
        )  # fmt: skip
