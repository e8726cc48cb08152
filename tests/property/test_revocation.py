"""Laws of revocation: nothing but Rejection escapes, intervals hold, the library reads the same."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.revocation_build import (
    CRL_URL,
    cert_id,
    certificate_issuer,
    crl,
    delta_of,
    entry,
    invalid_from,
    key,
    number,
    ocsp,
    reason,
    responder,
    revoked,
    scope,
    single,
    uri,
)
from defa_trust.errors import Rejection
from defa_trust.policy import PastEvidence, RevocationPolicy
from defa_trust.signing_crypto import hash_object
from defa_trust.x509.crl import read_crl
from defa_trust.x509.crl_entries import REASONS
from defa_trust.x509.ocsp import read_ocsp
from tests.revocation_world import check, path_of

RICH_CRL = crl(
    number(3),
    scope(uri(CRL_URL), indirect=True, reasons=(1, 2, 6)),
    entries=[
        entry(1),
        entry(1 << 100, MOMENT, reason(1), invalid_from(MOMENT)),
        entry(7, 2_600_000_000, certificate_issuer("a", "b")),
    ],
)
RICH_OCSP = ocsp(
    single(revoked(code=1), invalid_from(MOMENT)),
    single(about=cert_id(5)),
    signer="responder",
    certificates=[responder()],
)


def read_everything(der):
    """All that a look-up could read."""
    found = read_crl(der)
    return [found.find(serial, found.issuer_key) for serial in (1, 7, 1 << 100)]


def survives(read, der):
    try:
        read(der)
    except Rejection as refusal:
        assert refusal.code.id.startswith(("crl.", "ocsp.", "der."))
        return False
    return True


@given(st.binary(max_size=200))
def test_random_octets(data):
    survives(read_everything, data)
    survives(read_ocsp, data)


@pytest.mark.parametrize(
    ("read", "good"), [(read_everything, RICH_CRL), (read_ocsp, RICH_OCSP)], ids=["crl", "ocsp"]
)
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutations(read, good, data):
    assert survives(read, good)
    octets = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(octets) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                octets[place] = data.draw(st.integers(0, 255))
            case 1:
                octets[place] ^= 1 << data.draw(st.integers(0, 7))
            case 2:
                del octets[place : place + data.draw(st.integers(1, 9))]
            case _:
                octets[place:place] = data.draw(st.binary(min_size=1, max_size=9))
        if not octets:
            return
    survives(read, bytes(octets))


@pytest.mark.parametrize(
    ("read", "good"), [(read_everything, RICH_CRL), (read_ocsp, RICH_OCSP)], ids=["crl", "ocsp"]
)
def test_every_cut_and_every_single_bit(read, good):
    for end in range(len(good)):
        assert not survives(read, good[:end])
    for place in range(len(good)):
        survives(read, good[:place] + bytes((good[place] ^ 0x80,)) + good[place + 1 :])


# --- the library reads the same ------------------------------------------------------------------
_serials = st.one_of(st.integers(1, 300), st.integers(1, 1 << 64), st.integers(1, (1 << 159) - 1))
_dates = st.integers(MOMENT - 900 * DAY, MOMENT + 9000 * DAY)
_listed = st.dictionaries(
    _serials,
    st.tuples(_dates, st.sampled_from([None, *(c for c in REASONS if c not in (0, 8))]),
              st.one_of(st.none(), _dates)),
    max_size=12,
)  # fmt: skip


@settings(max_examples=120)
@given(listed=_listed, serial=_serials)
def test_entries_as_the_library_reads_them(listed, serial):
    rows = []
    for number_, (at, code, since) in listed.items():
        more = [] if code is None else [reason(code)]
        more += [] if since is None else [invalid_from(since)]
        rows.append(entry(number_, at, *more))
    der = crl(entries=rows)
    ours, theirs = read_crl(der), x509.load_der_x509_crl(der)
    assert len(ours.entries()) == len(theirs)
    for asked in (serial, *listed):
        found = ours.find(asked, ours.issuer_key)
        known = theirs.get_revoked_certificate_by_serial_number(asked)
        assert (known is None) == (found == ())
        if known is None:
            continue
        (mine,) = found
        assert datetime.fromtimestamp(mine.revoked_at, UTC) == known.revocation_date_utc
        for kind, value in (
            (x509.CRLReason, mine.reason),
            (x509.InvalidityDate, mine.invalid_from),
        ):
            try:
                extension = known.extensions.get_extension_for_class(kind).value
            except x509.ExtensionNotFound:
                assert value in (None, "unspecified")
                continue
            if kind is x509.CRLReason:
                assert extension.reason.value.lower() == value.replace("_", "")
            else:
                assert int(extension.invalidity_date_utc.timestamp()) == value


@settings(max_examples=60)
@given(listed=_listed)
def test_lists_that_the_library_makes(listed):
    """The other way round: what another encoder writes is read."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST-ONLY x")]))
        .last_update(datetime.fromtimestamp(MOMENT, UTC))
        .next_update(datetime.fromtimestamp(MOMENT + DAY, UTC))
        .add_extension(x509.CRLNumber(3), critical=False)
    )
    for serial, (at, _, since) in listed.items():
        row = x509.RevokedCertificateBuilder().serial_number(serial)
        row = row.revocation_date(datetime.fromtimestamp(at, UTC))
        if since is not None:
            moment = datetime.fromtimestamp(since, UTC)
            row = row.add_extension(x509.InvalidityDate(moment), critical=False)
        builder = builder.add_revoked_certificate(row.build())
    made = builder.sign(key("root").private_key, hash_object("SHA-256"))
    ours = read_crl(made.public_bytes(Encoding.DER))
    assert bytes(ours.tbs) == made.tbs_certlist_bytes
    for serial, (at, _, since) in listed.items():
        (found,) = ours.find(serial, ours.issuer_key)
        assert (found.revoked_at, found.invalid_from) == (at, since)


# --- answers hold in their interval --------------------------------------------------------------
PATH = path_of()
_moments = st.integers(-6, 6).map(lambda n: MOMENT + n * DAY)


@st.composite
def lists(draw):
    issued = draw(_moments)
    lasting = draw(st.sampled_from([DAY, 3 * DAY, 10 * DAY]))
    code = draw(st.sampled_from([None, 1, 4, 6]))
    rows = []
    if draw(st.booleans()):
        more = [] if code is None else [reason(code)]
        if draw(st.booleans()):
            more.append(invalid_from(draw(_moments)))
        rows.append(entry(0x1001, draw(_moments), *more))
    kind = draw(st.sampled_from(["whole", "some", "rest", "delta"]))
    extensions = {
        "whole": (number(10),),
        "some": (number(10), scope(reasons=(1, 2))),
        "rest": (number(10), scope(reasons=(3, 4, 5, 6, 7, 8))),
        "delta": (number(11), delta_of(9)),
    }[kind]
    return crl(*extensions, entries=rows, this_update=issued, next_update=issued + lasting)


@st.composite
def responses(draw):
    issued = draw(_moments)
    status = draw(st.sampled_from([b"\x80\x00", b"\x82\x00", revoked(MOMENT, 6), revoked(MOMENT)]))
    answer = single(status, this_update=issued, next_update=issued + draw(st.integers(1, 5)) * DAY)
    if draw(st.booleans()):
        begin = draw(_moments)
        delegate = responder(begin=begin, end=begin + 4 * DAY)
        return ocsp(answer, signer="responder", certificates=[delegate], produced=issued)
    return ocsp(answer, produced=issued)


def signature_of(found):
    """Everything but the interval."""
    return [
        (f.code.id, f.expected, f.actual, f.evidence, f.subject) for f in found.findings
    ], found.needs


@settings(max_examples=150, deadline=None)
@given(
    crls=st.lists(lists(), max_size=3),
    answers=st.lists(responses(), max_size=2),
    now=_moments,
    proven=st.one_of(st.none(), st.integers(1, 9)),
    past=st.sampled_from(list(PastEvidence)),
    freshness=st.sampled_from([None, DAY, 4 * DAY]),
    data=st.data(),
)
def test_a_remembered_answer_is_the_fresh_one(crls, answers, now, proven, past, freshness, data):
    """Cached answer = fresh answer, at every moment of the interval; proven or not."""
    policy = RevocationPolicy(past=past, freshness=freshness)

    def ask(moment):
        control = moment if proven is None else now - proven * DAY
        return check(
            *crls, responses=answers, path=PATH, now=moment, control=control, policy=policy
        )

    first = ask(now)
    start, end = first.interval
    assert start <= now < end
    for _ in range(4):
        moment = data.draw(st.integers(max(start, now - 30 * DAY), min(end - 1, now + 30 * DAY)))
        assert signature_of(ask(moment)) == signature_of(first)
    for edge in (max(start, now - 40 * DAY), min(end - 1, now + 40 * DAY)):
        assert signature_of(ask(edge)) == signature_of(first)


@settings(max_examples=80, deadline=None)
@given(crls=st.lists(lists(), max_size=2), answers=st.lists(responses(), max_size=2), now=_moments)
def test_more_clean_evidence_never_hides_a_revocation(crls, answers, now):
    """Whatever is added, what is known to be revoked stays so."""
    bad = crl(entries=[entry(0x1001, MOMENT - 20 * DAY, reason(1))],
              this_update=MOMENT - 19 * DAY)  # fmt: skip
    found = check(*crls, bad, responses=answers, path=PATH, now=now)
    assert found.codes == ["revoked"]
