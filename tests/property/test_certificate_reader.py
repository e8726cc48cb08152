"""Our reader of certificates beside that of `cryptography`, on certificates that nobody issued.

Lengths lie where an element's length takes another octet, since the usual forms are found by
arithmetic and the others by a walk; then octets are changed. What both read is the same.
"""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from defa_trust.codec.der import encode_oid, seq, tlv
from defa_trust.conformance import certificates as made
from defa_trust.conformance.build import MOMENT, YEAR
from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.x509 import extensions as ext
from defa_trust.x509.certificate import open_certificate

pytestmark = pytest.mark.filterwarnings("ignore")
"""The other reader warns of much that it reads all the same."""

SIZES = st.sampled_from([1, 5, 40, *range(96, 106), 119, 120, 121, 127, 128, 200, 255, 256, 300])
ROOT = made.certificate("root")
TAGS = st.sampled_from([0x0C, 0x13, 0x14, 0x1E])
TIMES = st.sampled_from(
    [MOMENT - YEAR, MOMENT, MOMENT + 30 * YEAR, 2524607999, 2524608000, -631152000, 946684799]
)


@st.composite
def names(draw):
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        tag, size = draw(TAGS), draw(SIZES)
        text = "x" * size
        octets = text.encode("utf-16-be") if tag == 0x1E else text.encode()
        kind = draw(st.sampled_from([made.CN, made.O, "2.5.4.97", "2.999.3"]))
        parts.append(tlv(0x31, seq(encode_oid(kind), tlv(tag, octets))))
    return seq(*parts)


@st.composite
def written(draw):
    """A certificate with fields of every length."""
    extensions = [
        (f"2.999.{number}", draw(st.booleans()), bytes(draw(SIZES)))
        for number in range(draw(st.integers(0, 4)))
    ]
    if draw(st.booleans()):
        extensions.append(made.basic_constraints(path_length=draw(st.sampled_from([None, 0, 200]))))
    if draw(st.booleans()):
        usages = draw(st.sets(st.sampled_from(ext.KEY_USAGES[:7]), min_size=1))
        extensions.append(made.key_usage(*usages))
    begin, end = sorted((draw(TIMES), draw(TIMES)))
    return made.write(
        subject=draw(names()),
        issuer=draw(names()),
        spki=made.key_of("subject").verification_key.spki(),
        signer=ROOT.key,
        row=made.row_of(ROOT.key),
        not_before=begin,
        not_after=end,
        extensions=tuple(draw(st.permutations(extensions))),
        serial=draw(st.sampled_from([1, 127, 128, 255, 256, 1 << 63, (1 << 159) - 1, 1 << 1023])),
    )


def ours(der):
    try:
        return open_certificate(der)
    except Rejection:
        return None


def theirs(der):
    """Parsed and every field looked at, or ``None``."""
    try:
        loaded = x509.load_der_x509_certificate(der)
        begin, end = loaded.not_valid_before_utc, loaded.not_valid_after_utc
    except Exception:  # noqa: BLE001 - it has no base class for what it refuses
        return None
    return loaded, begin, end


def same(one, other):
    loaded, begin, end = other
    assert one.tbs == loaded.tbs_certificate_bytes
    assert one.signature == loaded.signature
    assert one.serial == loaded.serial_number
    assert one.not_before == begin.timestamp()
    assert one.not_after == end.timestamp()
    try:
        named = loaded.subject.public_bytes(), loaded.issuer.public_bytes()
        said = {item.oid.dotted_string: item for item in loaded.extensions}
        key = loaded.public_key()
    except Exception:  # noqa: BLE001 - read late by them, and refused
        return False
    assert (one.subject_name, one.issuer_name) == named
    assert one.extensions.keys() == said.keys()
    for oid, item in said.items():
        assert one.extensions[oid].critical == item.critical
        if isinstance(item.value, x509.UnrecognizedExtension):
            assert one.extensions[oid].value == item.value.value
        at = one.extensions[oid].offset
        assert one.der[at : at + len(one.extensions[oid].value)] == one.extensions[oid].value
    try:
        assert one.key.spki() == VerificationKey.from_public_key(key).spki()
    except Rejection:
        assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != one.spki
    return True


settled = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@settled
@given(written())
def test_what_is_well_formed_is_read_the_same_by_both(der):
    one, other = ours(der), theirs(der)
    assert one is not None
    event("both" if other is not None and same(one, other) else "we alone")


@settled
@given(written(), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=3))
def test_what_was_changed_is_refused_or_read_the_same_by_both(der, changes):
    spoilt = bytearray(der)
    for place, octet in changes:
        spoilt[min(int(place * len(der)), len(der) - 1)] = octet
    spoilt = bytes(spoilt)
    one, other = ours(spoilt), theirs(spoilt)
    if one is not None and other is not None:
        same(one, other)
