import pytest

from defa_trust.codes import jose as jose_codes
from defa_trust.codes import vc as codes
from defa_trust.errors import Rejection
from defa_trust.formats import vc_jwt
from defa_trust.formats.base import PartRole, StatusMechanism, StatusReference
from defa_trust.request import HolderBinding, Profile, Request
from tests.build import DAY, NOW, jws, key, vc_payload
from tests.build import vc_jwt as token_of

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
STRICT = Request("SG", HolderBinding.IF_PRESENT, profiles=frozenset())
ISSUER = "https://issuer.th.test.example"
STATUS = {"id": "https://status.test.example/1#7", "type": "BitstringStatusListEntry",
          "statusPurpose": "revocation", "statusListIndex": "7",
          "statusListCredential": "https://status.test.example/1"}  # fmt: skip
REVOCATION = StatusReference(
    StatusMechanism.BITSTRING_STATUS_LIST, "https://status.test.example/1", 7, "revocation"
)


def parse(header=None, request=REQUEST, **more):
    return vc_jwt.parse(token_of(header=header, **more), request)


def parse_old(request=REQUEST, header=None, credential=None, **more):
    return vc_jwt.parse(old(header, credential, **more), request)


def old(header=None, credential=None, **more):
    inner = {
        "@context": [vc_jwt.CONTEXT_1],
        "type": ["VerifiableCredential", "TestIdentityCredential"],
        "credentialSubject": {"id": "did:test:1", "familyName": "TEST-ONLY"},
        **(credential or {}),
    }
    claims = {"iss": ISSUER, "nbf": NOW - DAY, "exp": NOW + DAY, "vc": inner, **more}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jws(claims, header={"typ": "JWT", **(header or {})})


def refused(function, *arguments, **more):
    with pytest.raises(Rejection) as caught:
        function(*arguments, **more)
    return caught.value


# --- data model 2.0 ------------------------------------------------------------------------------
def test_reads_a_credential():
    token = token_of()
    presented = vc_jwt.parse(token, REQUEST)
    asserted = presented.asserted
    assert presented.format == "vc-jwt"
    assert asserted.issuer == ISSUER
    assert asserted.not_before == 1_790_812_800
    assert asserted.expires == 1_822_348_800
    assert asserted.types == ("TestIdentityCredential",)
    assert asserted.issued_at is None
    assert asserted.levels == ()
    assert asserted.status == asserted.audience == ()
    assert presented.findings == presented.digest_claims == ()
    assert presented.holder_proof is None
    assert not presented.holder_key_bound
    assert not presented.reveal_judges
    part = presented.issuer_part
    assert part.role is PartRole.ISSUER
    assert key().verification_key.verify(part.algorithms[0], part.signature, part.data)


def test_reveals_fresh_claims_at_every_call():
    presented = parse()
    first = presented.reveal()
    first["credentialSubject"]["familyName"] = "changed"
    assert presented.reveal() == vc_payload()


def test_reads_the_claims_beside_the_credential():
    presented = parse(
        iss=ISSUER, iat=NOW, aud="https://verifier.test.example", acr="urn:test:high",
        cnf={"jwk": key("holder").verification_key.jwk()}, credentialStatus=STATUS,
        status={"status_list": {"idx": 1, "uri": "https://status.test.example/2"}},
    )  # fmt: skip
    asserted = presented.asserted
    assert asserted.issued_at == NOW
    assert asserted.audience == ("https://verifier.test.example",)
    assert asserted.levels == (("acr", "urn:test:high"),)
    assert asserted.status == (
        REVOCATION,
        StatusReference(StatusMechanism.TOKEN_STATUS_LIST, "https://status.test.example/2", 1),
    )
    assert presented.holder_key_bound


@pytest.mark.parametrize(
    ("until", "exp", "counts", "told"),
    [
        ("2027-10-01T00:00:00Z", 1_822_348_800, 1_822_348_800, False),
        ("2027-10-01T00:00:00Z", 1_822_348_799, 1_822_348_799, True),
        ("2027-10-01T00:00:00Z", 1_822_348_801, 1_822_348_800, True),
        (None, 1_822_348_801, 1_822_348_801, False),
        ("2027-10-01T00:00:00Z", None, 1_822_348_800, False),
        (None, None, None, False),
    ],
)
def test_the_earlier_expiry_counts(until, exp, counts, told):
    presented = parse(validUntil=until, exp=exp)
    assert presented.asserted.expires == counts
    assert [finding.code for finding in presented.findings] == [codes.EXPIRIES_DIFFER] * told


@pytest.mark.parametrize(
    ("nbf", "counts", "told"),
    [(1_790_812_800, 1_790_812_800, False), (1, 1_790_812_800, True), (NOW, NOW, True)],
)
def test_the_later_start_counts(nbf, counts, told):
    presented = parse(nbf=nbf)
    assert presented.asserted.not_before == counts
    assert [finding.code for finding in presented.findings] == [codes.STARTS_DIFFER] * told


def test_dates_of_the_other_data_model_bind_too():
    asserted = parse(
        validFrom=None, issuanceDate="2026-11-01T00:00:00Z", expirationDate="2026-11-02T00:00:00Z"
    ).asserted
    assert (asserted.not_before, asserted.expires) == (NOW, NOW + DAY)
    later = {"issuanceDate": "2016-11-01T00:00:00Z", "expirationDate": "2036-11-01T00:00:00Z"}
    assert parse(**later).asserted == parse().asserted
    credential = {"validFrom": "2026-11-01T00:00:00Z", "validUntil": "2026-11-01T12:00:00Z"}
    asserted = parse_old(credential=credential).asserted
    assert (asserted.not_before, asserted.expires) == (NOW, NOW + DAY // 2)
    assert refused(parse, expirationDate="2026").code is codes.DATE_TIME
    assert refused(parse_old, credential={"validUntil": None}).code is codes.DATE_TIME


@pytest.mark.parametrize(
    ("types", "read"),
    [
        ("VerifiableCredential", ("VerifiableCredential",)),
        (["VerifiableCredential"], ("VerifiableCredential",)),
        (["A", "VerifiableCredential", "B"], ("A", "B")),
    ],
)
def test_reads_types(types, read):
    assert parse(type=types).asserted.types == read


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"@context": None}, codes.CONTEXT),
        ({"@context": []}, codes.CONTEXT),
        ({"@context": vc_jwt.CONTEXT_2}, codes.CONTEXT),
        ({"@context": [vc_jwt.CONTEXT_1]}, codes.CONTEXT),
        ({"@context": [{}, vc_jwt.CONTEXT_2]}, codes.CONTEXT),
        ({"type": None}, codes.TYPE),
        ({"type": "TestIdentityCredential"}, codes.TYPE),
        ({"type": ["VerifiableCredential", 1]}, codes.TYPE),
        ({"type": {"VerifiableCredential": 1}}, codes.TYPE),
        ({"type": ["VerifiablePresentation"]}, codes.PRESENTATION),
        ({"issuer": None}, codes.ISSUER),
        ({"issuer": ""}, codes.ISSUER),
        ({"issuer": [ISSUER]}, codes.ISSUER),
        ({"issuer": {"name": "x"}}, codes.ISSUER),
        ({"issuer": {"id": 1}}, codes.ISSUER),
        ({"iss": "https://issuer.my.test.example"}, codes.ISSUER_MISMATCH),
        ({"iss": 1}, jose_codes.CLAIM),
        ({"credentialSubject": None}, codes.SUBJECT),
        ({"credentialSubject": []}, codes.SUBJECT),
        ({"credentialSubject": "x"}, codes.SUBJECT),
        ({"credentialSubject": [{}, 1]}, codes.SUBJECT),
        ({"credentialStatus": []}, codes.STATUS),
        ({"credentialStatus": "x"}, codes.STATUS),
        ({"credentialStatus": [1]}, codes.STATUS),
        ({"credentialStatus": {"type": "X"}}, codes.STATUS),
        ({"credentialStatus": {"statusListCredential": 1, "id": "x"}}, codes.STATUS),
        ({"validUntil": "2026-09-30T23:59:59Z"}, codes.PERIOD),
        ({"vc": {}}, codes.VC_CLAIM),
        ({"vp": {}}, codes.PRESENTATION),
        ({"exp": "1"}, jose_codes.NUMERIC_DATE),
        ({"cnf": "x"}, jose_codes.CLAIM),
    ],
)
def test_refuses_a_credential(change, code):
    assert refused(parse, **change).code is code


def test_reads_several_statuses_once_each():
    other = {"id": "https://status.test.example/9", "type": "X"}
    suspension = STATUS | {"statusPurpose": "suspension"}
    presented = parse(credentialStatus=[STATUS, other, STATUS, suspension])
    assert presented.asserted.status == (
        REVOCATION,
        StatusReference(StatusMechanism.UNKNOWN, "https://status.test.example/9"),
        REVOCATION._replace(purpose="suspension"),
    )


def test_a_list_of_statuses_is_nobodys_credential():
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    assert refused(parse, type=types).code is codes.STATUS_LIST


# --- typ -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("header", [{"cty": "vc"}, {"cty": "application/vc"}, {"typ": "VC+JWT"}])
def test_accepts_the_type_however_it_is_written(header):
    assert parse(header).asserted.issuer == ISSUER


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"typ": "JWT"}, codes.NOT_A_CREDENTIAL),
        ({"typ": None}, codes.NOT_A_CREDENTIAL),
        ({"typ": "at+jwt"}, codes.NOT_A_CREDENTIAL),
        ({"typ": "vc+ld+jwt"}, codes.NOT_A_CREDENTIAL),
        ({"typ": "dc+sd-jwt"}, codes.NOT_A_CREDENTIAL),
        ({"typ": "kb+jwt"}, codes.NOT_A_CREDENTIAL),
        ({"typ": "vp+jwt"}, codes.PRESENTATION),
        ({"typ": 1}, jose_codes.HEADER_MEMBER),
        ({"cty": "vp"}, codes.NOT_A_CREDENTIAL),
        ({"cty": 1}, jose_codes.HEADER_MEMBER),
    ],
)
def test_refuses_other_types(header, code):
    assert refused(parse, header).code is code


# --- data model 1.1 ------------------------------------------------------------------------------
@pytest.mark.parametrize("header", [None, {"typ": None}, {"typ": "jwt"}])
def test_reads_the_older_model(header):
    asserted = parse_old(header=header).asserted
    assert asserted.issuer == ISSUER
    assert (asserted.not_before, asserted.expires) == (NOW - DAY, NOW + DAY)
    assert asserted.types == ("TestIdentityCredential",)


def test_the_older_model_needs_its_profile():
    assert Profile.VC_DATA_MODEL_1_1 in REQUEST.profiles
    assert refused(parse_old, request=STRICT).code is codes.PROFILE


def test_the_older_model_may_say_things_within():
    asserted = parse_old(
        iss=None, nbf=None, exp=None, jti="urn:uuid:1", sub="did:test:1",
        credential={"id": "urn:uuid:1", "issuer": {"id": ISSUER}, "credentialStatus": STATUS,
                    "issuanceDate": "2026-11-01T00:00:00.5Z",
                    "expirationDate": "2026-11-02T00:00:00.5Z"},
    ).asserted  # fmt: skip
    assert asserted.issuer == ISSUER
    assert (asserted.not_before, asserted.expires) == (NOW + 1, NOW + DAY)
    assert asserted.status == (REVOCATION,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vc": None}, codes.NOT_A_CREDENTIAL),
        ({"vc": []}, codes.VC_CLAIM),
        ({"vp": {}}, codes.PRESENTATION),
        ({"iss": None}, codes.ISSUER),
        ({"iss": {"id": ISSUER}}, jose_codes.CLAIM),
        ({"credential": {"issuer": "https://issuer.my.test.example"}}, codes.ISSUER_MISMATCH),
        ({"credential": {"issuer": {"id": "x"}}}, codes.ISSUER_MISMATCH),
        ({"credential": {"@context": [vc_jwt.CONTEXT_2]}}, codes.CONTEXT),
        ({"credential": {"type": ["X"]}}, codes.TYPE),
        ({"credential": {"expirationDate": "2036-01-01T00:00:00Z"}}, codes.CLAIM_MISMATCH),
        ({"credential": {"issuanceDate": "2016-01-01T00:00:00Z"}}, codes.CLAIM_MISMATCH),
        ({"jti": "a", "credential": {"id": "b"}}, codes.CLAIM_MISMATCH),
        ({"sub": "did:test:2"}, codes.CLAIM_MISMATCH),
        ({"credential": {"credentialStatus": 1}}, codes.STATUS),
    ],
)
def test_refuses_a_credential_of_the_older_model(change, code):
    assert refused(parse_old, **change).code is code


def test_a_vc_claim_beside_the_newer_type_is_refused():
    assert refused(parse_old, header={"typ": "vc+jwt"}).code is codes.VC_CLAIM


# --- dates ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "floor", "ceiling"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2026-11-01T00:00:00Z", NOW, NOW),
        ("2026-11-01T07:00:00+07:00", NOW, NOW),
        ("2026-10-31T17:30:00-06:30", NOW, NOW),
        ("2026-11-01T14:00:00+14:00", NOW, NOW),
        ("2026-11-01T00:00:00.000Z", NOW, NOW),
        ("2026-11-01T00:00:00.001Z", NOW, NOW + 1),
        ("2026-11-01T00:00:00.999999999999Z", NOW, NOW + 1),
        ("1969-12-31T23:59:59Z", -1, -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800, -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 253_402_300_799),
        ("2024-02-29T00:00:00Z", 1_709_164_800, 1_709_164_800),
    ],
)
def test_reads_date_times(text, floor, ceiling):
    assert vc_jwt.date_time({"d": text}, "d") == (floor, ceiling)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-01", "2026-11-01T00:00:00", "2026-11-01 00:00:00Z", "2026-11-01t00:00:00z",
        "2026-11-01T00:00:00z", "20261101T000000Z", "2026-W44-7T00:00:00Z", "2026-305T00:00:00ZZ",
        "2026-02-30T00:00:00Z", "2027-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-01T24:00:00Z",
        "2026-11-01T25:00:00Z", "2026-11-01T00:60:00Z", "2026-11-01T00:00:60Z",
        "2026-11-01T00:00:00,5Z", "2026-11-01T00:00:00.Z", "2026-11-01T00:00Z",
        "2026-11-01T00:00:00+14:01", "2026-11-01T00:00:00+15:00", "2026-11-01T00:00:00+07",
        "2026-11-01T00:00:00+0700", "2026-11-01T00:00:00+07:00:00", "2026-11-01T00:00:00 Z",
        "2026-11-01T00:00:00Z ", "2026-11-01T00:00:00Z\n", " 2026-11-01T00:00:00Z",
        "+2026-11-01T00:00:00Z", "-2026-11-01T00:00:00Z", "12026-11-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "202\u0666-11-01T00:00:00Z", "\uff12026-11-01T00:00:00Z",
        "2026-11-01T00:00:00.1234567890123456789Z", "now", None, 1, True, ["2026-11-01T00:00:00Z"],
        "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_refuses_other_dates(text):
    try:
        seconds = vc_jwt.date_time({"d": text}, "d")
    except Rejection as refusal:
        assert refusal.code is codes.DATE_TIME
    else:
        # The only one whose moment lies before the first year of the calendar.
        assert text == "0001-01-01T00:00:00+14:00"
        assert seconds[0] < -62_135_596_800


# --- detection -----------------------------------------------------------------------------------
def test_detects_what_looks_like_a_jws():
    assert vc_jwt.detect(token_of())
    assert vc_jwt.detect(b"e30.e30.")


@pytest.mark.parametrize(
    "data", [b"", b"ey.b", b"e.b.c.d", b"ey.b.c~", b"ey.b.c~d~", b'{"payload":""}', b"HC1:6.F.3",
             b"a.b.c", b"WyJF.e30.AA"],
)  # fmt: skip
def test_detects_nothing_else(data):
    assert not vc_jwt.detect(data)
