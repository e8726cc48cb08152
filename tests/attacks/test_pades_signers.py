"""Attacks on who signed a PDF document, and when. Each stands beside its twin, which differs in the
one fault."""

from hashlib import sha256

from cryptography.x509 import ReasonFlags

from defa_trust.codec import der
from defa_trust.codec.der import encode_oid, tlv
from defa_trust.demo import pki
from defa_trust.formats.cades_sign import sign_info
from defa_trust.formats.cms_attributes import MESSAGE_DIGEST
from defa_trust.formats.cms_sign import (
    attribute,
    signed_attributes,
    signed_data,
    signer_info,
)
from defa_trust.formats.pades_sign import add_document_timestamp, sign_pades
from defa_trust.verdict import SubIndication
from tests.attacks.test_cades import MALLORY_CA, SHORT, answer, covering, passes
from tests.attacks.test_pades import answers
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, ISSUING, ask, clock, crls, evidence, usual_attributes
from tests.pdf_samples import PAGE, message, plain, signed

PASSED, FAILED, OPEN = "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"
MADE = NOW - 2 * DAY


def over(covered, *left_out, certificates=None, **replaced):
    """The message of a document, without some of its signed attributes or with others."""
    attributes = usual_attributes(covered) | replaced
    del attributes["signing-time"]
    for name in left_out:
        del attributes[name]
    info = signer_info(ALICE, signed_attributes(*attributes.values()))
    held = (ALICE.certificate, *ALICE.chain) if certificates is None else certificates
    return signed_data([info], certificates=held)


def test_the_twin_of_most_passes():
    passes(ask(signed(make=over)))


def test_swapped_certificate():
    """Bob's certificate in the place of Alice's: she signed the digest of another."""
    chain = ALICE.chain
    report = ask(signed(make=lambda c: over(c, certificates=(BOB.certificate, *chain))))
    assert answer(report) == (
        OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, ["signature.certificate_absent"],
    )  # fmt: skip
    both = (BOB.certificate, ALICE.certificate, *chain)
    passes(ask(signed(make=lambda c: over(c, certificates=both))))


def test_stripped_signing_certificate():
    report = ask(signed(make=lambda c: over(c, "signing-certificate")))
    assert answer(report) == (
        OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["signature.certificate_unnamed"],
    )  # fmt: skip


def test_message_digest_fitted_to_another_document():
    """The attacker writes another page and its digest into a message that is signed already."""
    made = {}

    def kept(covered):
        made["message"], made["digest"] = message(covered), sha256(covered).digest()
        return made["message"]

    passes(ask(signed(make=kept)))
    other = plain({3: PAGE.replace(b"9 9", b"8 8")})

    def fitted(covered):
        assert made["digest"] in made["message"]
        return made["message"].replace(made["digest"], sha256(covered).digest())

    assert answer(ask(signed(other, make=fitted))) == (
        FAILED, SubIndication.SIG_CRYPTO_FAILURE, ["crypto.signature_invalid"],
    )  # fmt: skip
    unfitted = ask(signed(other, make=lambda _: made["message"]))
    assert answer(unfitted) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


def test_two_message_digests():
    """Whoever took the one that fits would have read another document than was signed."""

    def twice(covered):
        digests = [tlv(der.OCTET_STRING, sha256(o).digest()) for o in (covered, b"another")]
        return over(covered, **{"message-digest": attribute(MESSAGE_DIGEST, *digests)})

    assert answer(ask(signed(make=twice)))[:2] == (FAILED, SubIndication.FORMAT_FAILURE)


def test_weak_digest():
    """SHA-1 over the document, under a signature that would count."""

    def weak(covered):
        info = der.Reader(sign_info(covered, ALICE, signing_time=None)).take(der.SEQUENCE).body()
        strong = der.seq(encode_oid("2.16.840.1.101.3.4.2.1"))
        place = info.index(strong)
        sha_1 = der.seq(encode_oid("1.3.14.3.2.26"))
        info = der.seq(info[:place] + sha_1 + info[place + len(strong) :])
        return signed_data([info], certificates=(ALICE.certificate, *ALICE.chain))

    assert answer(ask(signed(make=weak))) == (
        OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, ["cms.digest_weak"],
    )  # fmt: skip


def test_second_signature_of_an_outsider():
    """Mallory signs Alice's document too: hers stands, and the file does not pass."""
    mallory = pki.signer("Mallory", "VN", MALLORY_CA)

    def both(second):
        return signed(
            signed(), at=12, fields=(10,), make=lambda covered: message(covered, signer=second)
        )

    report = ask(both(mallory))
    assert [str(v.validity.indication) for v in report.verdicts] == [PASSED, OPEN]
    assert report.verdict is report.verdicts[1]
    assert report.exit_code.value == 3
    assert answers(both(BOB)) == [(PASSED, None, []), (PASSED, None, [])]


# --- time ----------------------------------------------------------------------------------------
def by_attribute(signer, moment):
    return signed(make=lambda c: message(c, signer=signer, timestamps=clock(moment)))


def by_document(signer, moment):
    return add_document_timestamp(sign_pades(plain(), signer, signing_time=MADE), clock(moment))


def bare(signer):
    return signed(make=lambda covered: message(covered, signer=signer))


def test_late_revocation_and_revocation_before_the_time_stamp():
    late = [(ALICE.certificate, NOW - DAY // 2, ReasonFlags.superseded)]
    early = [(ALICE.certificate, NOW - 2 * DAY, ReasonFlags.key_compromise)]
    no_poe = (OPEN, SubIndication.REVOKED_NO_POE, ["revocation.revoked"])
    given = {
        name: evidence(lists=crls(revoked=revoked, moment=NOW))
        for name, revoked in (("late", late), ("early", early))
    }
    for make in (by_attribute, by_document):
        stamped = make(ALICE, NOW - DAY)
        passes(ask(stamped, given=given["late"]))
        assert answer(ask(stamped, given=given["early"])) == no_poe
    assert answer(ask(bare(ALICE), given=given["late"])) == no_poe


def test_expired_and_only_then_time_stamped():
    given = covering(SHORT)
    out = (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, ["path.expired"])
    for make in (by_attribute, by_document):
        passes(ask(make(SHORT, NOW - 20 * DAY), given=given))
        assert answer(ask(make(SHORT, NOW - 5 * DAY), given=given)) == out
    assert answer(ask(bare(SHORT), given=given)) == out


def test_a_document_time_stamp_that_stands_before_the_signature():
    """It proves when the page was there, and nothing of a signature that came afterwards."""
    early = add_document_timestamp(plain(), clock(NOW - 20 * DAY))
    data = sign_pades(early, SHORT, signing_time=MADE)
    assert answer(ask(data, given=covering(SHORT))) == (
        OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, ["path.expired"],
    )  # fmt: skip


def test_a_signing_certificate_of_the_issuer():
    """The signer names its authority as its certificate: another key than that of the value."""
    named = usual_attributes(b"", ISSUING)["signing-certificate"]
    report = ask(signed(make=lambda c: over(c, **{"signing-certificate": named})))
    assert answer(report)[0] != PASSED
