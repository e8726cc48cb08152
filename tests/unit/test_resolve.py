"""The snapshot chooses keys of one state; a message only points."""

from hashlib import sha256

import pytest

from defa_trust.codec import base64url
from defa_trust.formats.base import Asserted, KeyHint, PartRole, Presented, SignedPart
from defa_trust.material import NO_EVIDENCE
from defa_trust.policy import DEFAULT_POLICY, TranscribedLists, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.resolve import check_scope, resolve
from defa_trust.resolve_path import PathQuestion
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.model import (
    Identity,
    IdentityKind,
    ListType,
    Publication,
    Status,
    StatusPeriod,
)
from defa_trust.trustlist.snapshot import MissingList, TrustSnapshot
from defa_trust.verdict import TIME_MAX, Interval
from defa_trust.verify import Verifier
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    YEAR,
    jwk_identity,
    key,
    service,
    snapshot,
    trust_list,
    vc_jwt,
)

ISSUER = "https://issuer.th.test.example"
CERTIFICATE = b"TEST-ONLY not a real certificate, only its digest counts here"


def pointing(issuer=ISSUER, kid="key-1", territory=None, types=("T",), **hint):
    part = SignedPart(PartRole.ISSUER, b"", b"", (), KeyHint(kid, **hint))
    asserted = Asserted(issuer, territory, types=types)
    return Presented("test", b"\0" * 32, part, asserted, dict)


def asked(presented, trust):
    return PathQuestion(presented, trust, DEFAULT_POLICY, NOW, NO_EVIDENCE)


def ask(presented, trust, **request):
    findings = []
    found = resolve(
        asked(presented, trust), Request("SG", HolderBinding.IF_PRESENT, **request), findings
    )
    return found, [finding.code.id for finding in findings]


def certificate_identity(signing_key=None, der=CERTIFICATE, **more):
    signing_key = signing_key or key()
    return Identity(IdentityKind.X509, "", signing_key.verification_key, der, **more)


def world(*identities, **members):
    return snapshot(trust_list("TH", (service("TH", identities, **members),)))


def test_issuer_and_kid_lead_to_one_key():
    found, codes = ask(pointing(), world(jwk_identity(key()), jwk_identity(key("other"), "key-2")))
    assert codes == []
    assert [anchor.key for anchor in found.candidates] == [key().verification_key]
    assert found.territory == "TH"


def test_an_unknown_kid_is_not_a_licence_to_try_all_keys():
    found, codes = ask(pointing(kid="key-9"), world(jwk_identity(key())))
    assert (found.candidates, codes) == ((), ["resolve.key_unknown"])


@pytest.mark.parametrize(
    ("territory", "codes"), [("TH", []), (None, []), ("MY", ["resolve.territory_mismatch"])]
)
def test_a_territory_other_than_the_lists_is_refused_however_the_key_was_found(territory, codes):
    found, said = ask(pointing(territory=territory), world(jwk_identity(key())))
    assert said == codes
    assert bool(found.candidates) is not bool(codes)


def test_without_a_kid_the_keys_of_this_one_issuer_are_candidates():
    trust = world(jwk_identity(key()), jwk_identity(key("other"), "key-2"))
    found, codes = ask(pointing(kid=None), trust)
    assert (len(found.candidates), codes) == (2, [])


def test_the_number_of_candidates_is_bounded():
    trust = world(*(jwk_identity(key(f"k{i}"), f"key-{i}") for i in range(20)))
    found, _ = ask(pointing(kid=None), trust)
    assert len(found.candidates) == 8


def test_a_thumbprint_names_a_key():
    trust = world(jwk_identity(key()))
    found, codes = ask(pointing(kid=base64url.encode(key().verification_key.thumbprint)), trust)
    assert (len(found.candidates), codes) == (1, [])


def test_an_unknown_issuer_names_the_lists_that_are_missing():
    trust = TrustSnapshot.build(
        [trust_list("TH", (service("TH", (jwk_identity(key()),)),))],
        [MissingList(ListType.MEMBER_STATE, "MM", "list.signature_invalid")],
    )
    found, codes = ask(pointing("https://issuer.mm.test.example"), trust)
    assert codes == ["resolve.issuer_unknown"]
    assert [(n.kind.value, n.territory, n.what) for n in found.needs] == [
        ("trust_list", "MM", "list.signature_invalid")
    ]


def test_an_empty_snapshot_trusts_nothing():
    _, codes = ask(pointing(), TrustSnapshot.build([]))
    assert codes == ["resolve.no_anchors"]


def test_two_states_that_claim_one_issuer_vouch_for_nothing():
    trust = snapshot(
        trust_list("TH", (service("TH", (jwk_identity(key()),)),)),
        trust_list("MY", (service("MY", (jwk_identity(key("my")),), issuer_ids=(ISSUER,)),)),
    )
    found, codes = ask(pointing(), trust)
    assert (found.candidates, codes) == ((), ["resolve.territory_ambiguous"])


def test_a_key_of_one_state_is_no_candidate_for_the_issuer_of_another():
    trust = snapshot(
        trust_list("TH", (service("TH", (jwk_identity(key("th"), "th"),)),)),
        trust_list("MY", (service("MY", (jwk_identity(key("my"), "my"),), issuer_ids=("x",)),)),
    )
    _, codes = ask(pointing(kid="my"), trust)
    assert codes == ["resolve.key_unknown"]


def test_a_territory_and_kid_lead_to_that_states_certificate():
    kid = sha256(CERTIFICATE).digest()[:8]
    trust = world(certificate_identity())
    found, codes = ask(pointing(None, kid, "TH"), trust)
    assert (len(found.candidates), codes) == (1, [])
    _, codes = ask(pointing(None, kid, "MY"), trust)
    assert codes == ["resolve.territory_unknown"]


def test_kid_collisions_between_states_stay_apart():
    kid = sha256(CERTIFICATE).digest()[:8]
    trust = snapshot(
        trust_list("TH", (service("TH", (certificate_identity(key("th")),)),)),
        trust_list("MY", (service("MY", (certificate_identity(key("my")),), issuer_ids=("x",)),)),
    )
    found, _ = ask(pointing(None, kid, "MY"), trust)
    assert [anchor.service.territory for anchor in found.candidates] == ["MY"]
    _, codes = ask(pointing(None, kid), trust)
    assert codes == ["resolve.territory_ambiguous"]


def test_a_message_without_any_pointer_finds_nothing():
    _, codes = ask(pointing(None, None), world(jwk_identity(key())))
    assert codes == ["resolve.no_hint"]
    _, codes = ask(pointing(None, None, "TH"), world(jwk_identity(key())))
    assert codes == ["resolve.no_hint"]


def test_a_certificate_selects_only_itself():
    listed = sha256(CERTIFICATE).digest()
    trust = world(certificate_identity())
    for issuer in (ISSUER, None):
        found, codes = ask(pointing(issuer, None, certificate=CERTIFICATE), trust)
        assert (len(found.candidates), codes) == (1, [])
        found, codes = ask(pointing(issuer, None, certificate_sha256=listed), trust)
        assert (len(found.candidates), codes) == (1, [])
        found, codes = ask(pointing(issuer, None, certificate=b"somebody else"), trust)
        assert codes == ["resolve.certificate_unlisted"]
        assert found.needs[0].kind.value == "certificate_path"


def test_kid_and_certificate_must_agree():
    trust = world(jwk_identity(key()), certificate_identity(key("other")))
    _, codes = ask(pointing(kid="key-1", certificate=CERTIFICATE), trust)
    assert codes == ["resolve.certificate_unlisted"]


@pytest.mark.parametrize("type", [SVC_CA_PKC, SVC_TSA])
def test_a_ca_or_a_tsa_signs_no_credential(type):
    found, codes = ask(pointing(), world(jwk_identity(key()), type=type))
    assert (found.candidates, codes) == ((), ["resolve.service_type_unfit"])


class TestIssuerPattern:
    PATTERN = Identity(IdentityKind.ISSUER_PATTERN, "https://sso.my.test.example/realms/{rp}")

    def trust(self):
        return snapshot(
            trust_list(
                "MY", (service("MY", (self.PATTERN, jwk_identity(key("my"))), issuer_ids=()),)
            )
        )

    def test_the_realm_of_the_relying_party_that_asks(self):
        found, codes = ask(
            pointing("https://sso.my.test.example/realms/bank"),
            self.trust(),
            relying_party="bank",
        )
        assert (len(found.candidates), codes) == (1, [])

    def test_the_realm_of_another_relying_party(self):
        _, codes = ask(
            pointing("https://sso.my.test.example/realms/shop"),
            self.trust(),
            relying_party="bank",
        )
        assert codes == ["resolve.relying_party_mismatch"]

    def test_a_request_that_names_no_relying_party(self):
        _, codes = ask(pointing("https://sso.my.test.example/realms/bank"), self.trust())
        assert codes == ["resolve.relying_party_needed"]

    @pytest.mark.parametrize(
        "issuer",
        [
            "https://sso.my.test.example/realms/bank/extra",
            "https://sso.my.test.example/realms/",
            "https://sso.my.test.example/realms/..",
            "https://sso.my.test.example.evil.example/realms/bank",
            "https://sso-my.test.example/realms/bank",
            "http://sso.my.test.example/realms/bank",
            "https://sso.my.test.example/realms/bank\n",
            "https://sso.my.test.example/realms/%62ank",
        ],
    )
    def test_what_only_looks_like_the_pattern(self, issuer):
        _, codes = ask(pointing(issuer), self.trust(), relying_party="bank")
        assert codes == ["resolve.issuer_unknown"]


def test_an_online_only_service_says_whom_to_ask():
    online = Identity(IdentityKind.ONLINE, "https://everify.ph.test.example")
    found, codes = ask(pointing(), world(online))
    assert codes == ["resolve.online_only"]
    assert [(n.kind.value, n.what) for n in found.needs] == [
        ("online_check", "https://everify.ph.test.example")
    ]


def test_keys_published_elsewhere_are_a_need_and_no_pass():
    jwks = Identity(IdentityKind.JWKS, "https://issuer.th.test.example/jwks")
    found, codes = ask(pointing(), world(jwks))
    assert codes == ["resolve.keys_elsewhere"]
    assert found.needs[0].kind.value == "key_set"


def anchor_of(trust):
    [issuer] = trust.by_issuer[ISSUER]
    return issuer.anchors[0]


def scope(presented, trust, policy=None):
    findings = []
    check_scope(anchor_of(trust), presented, policy or VerificationPolicy(), findings)
    return [finding.code.id for finding in findings]


def test_what_a_service_may_issue():
    trust = world(jwk_identity(key()), credential_types=("T", "U"))
    assert scope(pointing(types=("T",)), trust) == ["resolve.credential_type_in_scope"]
    assert scope(pointing(types=("T", "V")), trust) == ["resolve.credential_type_out_of_scope"]
    assert scope(pointing(types=()), trust) == ["resolve.credential_type_out_of_scope"]
    bound = world(jwk_identity(key()), formats=("hcert",))
    assert scope(pointing(), bound) == ["resolve.format_out_of_scope"]


def test_a_policy_may_refuse_transcribed_lists():
    trust = snapshot(
        trust_list(
            "TH",
            (service("TH", (jwk_identity(key()),)),),
            publication=Publication.TRANSCRIBED,
        )
    )
    refuse = VerificationPolicy(transcribed=TranscribedLists.REFUSE)
    assert scope(pointing(), trust) == []
    assert scope(pointing(), trust, refuse) == ["list.transcribed"]


class TestAnchorAtAMoment:
    HISTORY = (
        StatusPeriod(Status.WITHDRAWN, "w", Interval(NOW, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW)),
    )

    @pytest.mark.parametrize(
        ("moment", "code", "interval"),
        [
            (NOW - YEAR - 1, "service.not_yet_granted", (None, NOW - YEAR)),
            (NOW - YEAR, "service.granted", (NOW - YEAR, NOW)),
            (NOW - 1, "service.granted", (NOW - YEAR, NOW)),
            (NOW, "service.not_granted", (NOW, None)),
        ],
    )
    def test_status_from_history(self, moment, code, interval):
        anchor = anchor_of(world(jwk_identity(key()), history=self.HISTORY))
        finding = anchor.status_finding(moment)
        assert finding.code.id == code
        assert finding.interval.holds_at(moment)
        for edge, bound in zip((finding.start, finding.end), interval, strict=True):
            assert bound is None or edge == bound

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (NOW - 1, "certificate.not_yet_valid"),
            (NOW, "certificate.current"),
            (NOW + DAY, "certificate.current"),  # RFC 5280: notAfter is inclusive
            (NOW + DAY + 1, "certificate.expired"),
        ],
    )
    def test_the_certificates_own_validity(self, moment, code):
        identity = certificate_identity(not_before=NOW, not_after=NOW + DAY)
        finding = anchor_of(world(identity)).validity_finding(moment)
        assert finding.code.id == code
        assert finding.interval.holds_at(moment)

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (NOW - 1, "list.from_the_future"),
            (NOW, "list.fresh"),
            (NOW + DAY - 1, "list.fresh"),
            (NOW + DAY, "list.stale"),
            (NOW + DAY + 9, "list.stale"),
            (NOW + DAY + 10, "list.expired"),
        ],
    )
    def test_freshness_with_its_grace(self, moment, code):
        members = (service("TH", (jwk_identity(key()),)),)
        trust = snapshot(trust_list("TH", members, issued=NOW, next_update=NOW + DAY))
        [finding] = anchor_of(trust).source.findings(moment, grace=10)
        assert finding.code.id == code
        assert finding.interval.holds_at(moment)

    def test_a_list_falls_with_the_regional_list_it_was_reached_through(self):
        regional = trust_list("AP", type=ListType.REGIONAL, next_update=NOW)
        member = trust_list("TH", (service("TH", (jwk_identity(key()),)),), via=regional.digest)
        anchor = anchor_of(snapshot(regional, member))
        said = [finding.code.id for finding in anchor.source.findings(NOW, grace=YEAR)]
        assert said == ["list.fresh", "list.expired"]


def test_the_digest_names_the_content_and_not_the_order():
    one = trust_list("TH", (service("TH", (jwk_identity(key()),)),))
    two = trust_list("MY", (service("MY", (jwk_identity(key("my")),), issuer_ids=("x",)),))
    assert snapshot(one, two).digest == snapshot(two, one).digest
    assert snapshot(one).digest != snapshot(one, two).digest
    missing = TrustSnapshot.build([one], [MissingList(ListType.MEMBER_STATE, "MY", "list.x")])
    assert missing.digest != snapshot(one).digest


def test_a_snapshot_is_frozen():
    trust = world(jwk_identity(key()))
    with pytest.raises(AttributeError):
        trust.digest = b""
    with pytest.raises(TypeError):
        trust.by_issuer["x"] = ()
    with pytest.raises(TypeError):
        TrustSnapshot()


class TestOneKeyInTwoEntries:
    """A key may stand in two services of one state; the entry in good standing serves."""

    WITHDRAWN = (StatusPeriod(Status.WITHDRAWN, "w", Interval(NOW - YEAR, TIME_MAX)),)
    UNTIL_TOMORROW = (
        StatusPeriod(Status.WITHDRAWN, "w", Interval(NOW + DAY, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW + DAY)),
    )

    def judge(self, *histories, at=NOW):
        entries = [
            service(
                "TH", (jwk_identity(key()),), id=f"s-{place}", name=f"S{place}", history=history
            )
            for place, history in enumerate(histories)
        ]
        trust = snapshot(trust_list("TH", entries))
        request = Request("TH", HolderBinding.IF_PRESENT, at=at)
        return Verifier(trust).evaluate(vc_jwt(), request).verdict

    def test_the_order_of_the_list_does_not_decide(self):
        for histories in (
            (self.WITHDRAWN, self.UNTIL_TOMORROW),
            (self.UNTIL_TOMORROW, self.WITHDRAWN),
        ):
            assert self.judge(*histories).exit_code == 0

    def test_no_entry_in_good_standing(self):
        verdict = self.judge(self.WITHDRAWN, self.WITHDRAWN)
        assert verdict.reason.code.id == "service.not_granted"

    def test_the_verdict_holds_only_while_the_same_entry_is_taken(self):
        verdict = self.judge(self.WITHDRAWN, self.UNTIL_TOMORROW)
        assert verdict.interval.end == NOW + DAY
        late = self.judge(self.WITHDRAWN, self.UNTIL_TOMORROW, at=NOW + DAY)
        assert late.exit_code == 3
        assert late.interval.start == NOW + DAY


def test_a_list_serves_no_longer_than_its_signers_certificate():
    members = (service("TH", (jwk_identity(key()),)),)
    trust = snapshot(
        trust_list("TH", members, next_update=NOW + DAY, usable_until=NOW + 10, signed_at=NOW - 5)
    )
    source = anchor_of(trust).source
    for moment, code in [
        (NOW - 6, "list.from_the_future"),
        (NOW - 5, "list.fresh"),
        (NOW + 9, "list.fresh"),
        (NOW + 10, "list.expired"),
    ]:
        [finding] = source.findings(moment, grace=YEAR)
        assert finding.code.id == code
        assert finding.interval.holds_at(moment)
