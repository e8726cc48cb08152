"""A bundle gives the same verdict again, and whatever was changed in it is named."""

import base64
import json
from dataclasses import fields, replace

import pytest

from defa_trust import evidence_shapes
from defa_trust.codec import json as strict_json
from defa_trust.content import Content
from defa_trust.demo.region import build_region
from defa_trust.errors import MisuseError, Rejection
from defa_trust.evidence import MAX_BUNDLE_BYTES, record, replay
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import (
    ArrangementMoment,
    NoRevocationInfo,
    PastEvidence,
    RequiredChecks,
    ResponderStatus,
    RevocationPolicy,
    TranscribedLists,
    UncheckedStatus,
    UnreadCitations,
    VerificationPolicy,
)
from defa_trust.request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    Profile,
    ProvenReliability,
    Request,
)
from defa_trust.signing_crypto import AgreementKey
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.verify import Verifier

REGION = build_region()
SAMPLES = {sample.file_name: sample for sample in REGION.samples}
GOOD = SAMPLES["th-vc-jwt-good.txt"]


def bundle(sample=GOOD, state="SG", *, request=None, policy=None, clock=None, **more):
    verifier = Verifier(
        REGION.snapshot(),
        policy or VerificationPolicy(),
        clock=lambda: REGION.at if clock is None else clock,
    )
    request = request or sample.request(state)
    report = verifier.evaluate(sample.data, request)
    made = record(
        sample.data,
        request,
        report,
        verifier,
        pins=REGION.pins,
        documents=REGION.documents,
        **more,
    )
    return made, report


def changed(made, *path, value):
    """The bundle with one member changed and nothing else."""
    shape = json.loads(made)
    node = shape
    for step in path[:-1]:
        node = node[step]
    before = node[path[-1]]
    node[path[-1]] = value(before) if callable(value) else value
    assert node[path[-1]] != before
    return strict_json.canonical(shape)


CASES = [
    (sample, state)
    for name, sample in sorted(SAMPLES.items())
    for state in sorted(sample.expect)
    if sample.state in ("TH", "LA", "MM")
]


@pytest.mark.parametrize(("sample", "state"), CASES, ids=lambda x: getattr(x, "file_name", x))
def test_every_kind_of_verdict_is_reached_again(sample, state):
    made, report = bundle(sample, state)
    outcome = replay(made)
    assert outcome.differences == ()
    assert outcome.same
    assert outcome.report.as_json() == report.as_json()
    assert outcome.relying_state == state


def test_the_bundle_is_canonical_and_the_same_each_time():
    made, _ = bundle()
    assert made == bundle()[0]
    assert strict_json.canonical(json.loads(made)) == made


def test_it_holds_what_the_snapshot_used_and_what_it_lacked():
    shape = json.loads(bundle()[0])
    used = {(item["type"], item["territory"]) for item in shape["lists"]}
    accepted = {(item.type.value, item.territory) for item in REGION.assemble().lists}
    assert used == accepted
    missing = {item["territory"] for item in shape["missing"]}
    assert missing == {item.territory for item in REGION.assemble().missing}
    assert base64.b64decode(shape["input"]) == GOOD.data


def test_a_clocks_moment_is_kept_apart_from_one_that_was_asked_for():
    request = Request("SG", HolderBinding.IF_PRESENT)
    made, report = bundle(request=request)
    assert not report.as_of
    outcome = replay(made)
    assert outcome.same
    assert not outcome.report.as_of
    assert outcome.report.at == REGION.at


def test_lists_accepted_earlier_are_accepted_again_at_that_moment():
    """A service that ran on: its lists were fresh when loaded and are not when it was asked."""
    much_later = REGION.at + 200 * 86_400
    request = Request("SG", HolderBinding.IF_PRESENT)
    made, _ = bundle(request=request, clock=much_later, accepted_at=REGION.at)
    assert replay(made).same
    wrong, _ = bundle(request=request, clock=much_later)
    assert not replay(wrong).same


def test_every_member_of_request_and_policy_is_kept():
    request = Request(
        "SG",
        HolderBinding.MUST_BE_ABSENT,
        at=REGION.at,
        purpose="p",
        sector="s",
        relying_party="r",
        act="a",
        min_level=MinimumLevel(3, 2, 1),
        audience="aud",
        nonce="n",
        format="vc-jwt",
        profiles=frozenset({Profile.SD_JWT_GENERIC}),
        max_proof_age=60,
        volume_used=(("maxPerDay", 4),),
        session_transcript=b"\x80",
        category="banking",
        agreement=Agreement.EXCLUDED,
        nationality="TH",
        counterpart=next(iter(Counterpart)),
        entity=next(iter(EntityKind)),
        use=next(iter(CertificateUse)),
        reliability=next(iter(ProvenReliability)),
        established=(("prior_listing", True),),
        content=Content.digested({"sha-256": bytes(32)}),
        reader_key=AgreementKey.from_seed("reader"),
    )
    standard = VerificationPolicy()
    policy = VerificationPolicy(
        algorithms=standard.algorithms.until({"RS256": REGION.at + 5}),
        national_list_grace=5,
        transcribed=TranscribedLists.REFUSE,
        unchecked_status=UncheckedStatus.REPORT,
        unread_citations=UnreadCitations.REFUSE,
        clock_skew=7,
        max_status_age=99,
        arrangement_moment=ArrangementMoment.PROVEN_EXISTENCE,
        timestamp_policies=frozenset({"2.999.1", "2.999.2"}),
        revocation=RevocationPolicy(
            RequiredChecks.LEAF,
            UncheckedStatus.REPORT,
            3600,
            PastEvidence.REFUSE,
            ResponderStatus.AS_NAMED,
            NoRevocationInfo.REFUSE,
            9,
        ),
    )
    plain = Request("SG", HolderBinding.IF_PRESENT)
    for own, usual in (
        (request, plain),
        (policy, standard),
        (policy.revocation, RevocationPolicy()),
    ):
        for member in fields(own):
            if member.init and member.name != "relying_state":
                assert getattr(own, member.name) != getattr(usual, member.name), member.name

    made, _ = bundle(request=request, policy=policy)
    shape = json.loads(made)
    assert evidence_shapes.request_of(shape["request"]) == request
    assert evidence_shapes.request_of(shape["request"]).digest == request.digest
    assert evidence_shapes.policy_of(shape["policy"]).digest == policy.digest
    assert evidence_shapes.policy_of(shape["policy"]) == policy
    assert replay(made).same


def test_a_devices_mac_shows_nothing_to_whoever_replays_it():
    """Whoever holds the reader's key can have made the MAC, and the bundle holds that key."""
    request = replace(GOOD.request("SG"), reader_key=AgreementKey.from_seed("reader"))
    (said,) = replay(bundle(request=request)[0]).unproved
    assert said.startswith("request: a device's MAC")
    assert replay(bundle()[0]).unproved == ()


def test_pins_are_compared_place_by_place():
    outcome = replay(bundle()[0])
    assert outcome.pinned_by(REGION.pins)
    assert not outcome.pinned_by(Pins())
    (pin,) = REGION.pins
    stranger = Pins([pin._replace(signers=(b"another certificate",))])
    assert not outcome.pinned_by(stranger)
    assert len(outcome.signers) == 1


# --- what was changed is named -------------------------------------------------------------------
def test_an_altered_verdict_is_noticed():
    made, _ = bundle()
    forged = changed(
        made, "report", "verdicts", 0, "recognition", "outcome", value="NOT-RECOGNISED"
    )
    outcome = replay(forged)
    assert not outcome.same
    said = "\n".join(outcome.differences)
    assert "reportSha256" in said
    assert "report.verdicts[0].recognition.outcome" in said


def test_an_altered_input_gives_another_verdict():
    made, _ = bundle()
    other = base64.b64encode(SAMPLES["th-vc-jwt-good-capped.txt"].data).decode()
    assert not replay(changed(made, "input", value=other)).same


def test_an_altered_list_is_not_accepted():
    made, _ = bundle()

    def flip(text):
        head, payload, signature = text.split(".")
        return f"{head}.{payload[:-8]}AAAAAAAA.{signature}"

    for number in range(len(json.loads(made)["lists"])):
        outcome = replay(changed(made, "lists", number, "document", value=flip))
        assert any(line.startswith("lists: ") for line in outcome.differences)


def test_a_left_out_list_is_noticed():
    made, _ = bundle()
    outcome = replay(changed(made, "lists", value=lambda lists: lists[1:]))
    assert not outcome.same


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("at",), lambda at: at + 1),
        (("request", "relyingState"), "MY"),
        (("request", "minLevel"), {"proofing": 3, "authentication": 3, "federation": 3}),
        (("snapshotDigest",), "00" * 32),
        (("reportSha256",), "00" * 32),
        (("missing",), []),
    ],
)
def test_an_altered_question_is_noticed(path, value):
    assert not replay(changed(bundle()[0], *path, value=value)).same


def test_an_altered_policy_is_noticed_where_it_matters():
    sample = SAMPLES["th-vc-jwt-good.txt"]
    made, _ = bundle(sample)

    def without_es256(allowed):
        return {name: span for name, span in allowed.items() if name != "ES256"}

    forged = changed(made, "policy", "algorithms", "allowed", value=without_es256)
    assert not replay(forged).same


def test_only_the_wording_of_a_finding_may_change():
    made, _ = bundle()
    shape = json.loads(made)
    finding = shape["report"]["verdicts"][0]["findings"][0]
    finding["text"] = "said otherwise"
    outcome = replay(strict_json.canonical(shape))
    assert outcome.differences == ("reportSha256: the recorded report was altered",)


# --- what is no bundle ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version":1,"version":1}',
        b"[" * 100_000,
        b'{"version":1,"kind":"defa-trust-evidence"}',
    ],
)
def test_what_is_no_bundle_is_rejected(data):
    with pytest.raises(Rejection) as refusal:
        replay(data)
    assert refusal.value.code.id == "evidence.malformed"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("input",), "not base64!"),
        (("at",), 1.5),
        (("at",), True),
        (("request", "at"), "x"),
        (("request", "profiles"), ["no such profile"]),
        (("request", "relyingState"), "DE"),
        (("request", "volumeUsed"), [["a", -1]]),
        (("policy", "algorithms", "allowed"), {"HS256": [None, None]}),
        (("policy", "algorithms", "rsaMinBits"), 0),
        (("pins", 0, "signers"), []),
        (("pins", 0, "territory"), "XXX"),
        (("lists", 0, "document"), "naïve"),
        (("lists", 0, "type"), "https://example.com"),
        (("surprise",), 1),
    ],
)
def test_one_fault_in_its_form_is_enough(path, value):
    made, _ = bundle()
    shape = json.loads(made)
    node = shape
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    with pytest.raises(Rejection) as refusal:
        replay(json.dumps(shape).encode())
    assert refusal.value.code.id == "evidence.malformed"


def test_two_pins_for_one_place_are_rejected():
    made, _ = bundle()
    shape = json.loads(made)
    shape["pins"] *= 2
    with pytest.raises(Rejection):
        replay(json.dumps(shape).encode())


def test_two_lists_for_one_place_are_rejected():
    made, _ = bundle()
    shape = json.loads(made)
    shape["lists"].append(shape["lists"][0])
    with pytest.raises(Rejection):
        replay(json.dumps(shape).encode())


def test_a_rejection_repeats_nothing_of_the_bundle():
    made, _ = bundle()
    shape = json.loads(made)
    shape["request"]["purpose"] = {"secret": "TEST-ONLY name"}
    with pytest.raises(Rejection) as refusal:
        replay(json.dumps(shape).encode())
    assert "TEST-ONLY name" not in str(refusal.value)


def test_too_large_is_refused_unread(monkeypatch):
    from defa_trust import evidence

    monkeypatch.setattr(evidence, "MAX_BUNDLE_BYTES", 10)
    with pytest.raises(Rejection) as refusal:
        replay(b"x" * 11)
    assert refusal.value.code.id == "evidence.too_large"
    assert MAX_BUNDLE_BYTES > 10


# --- what cannot be recorded ---------------------------------------------------------------------
def test_a_list_that_is_gone_is_misuse():
    verifier = Verifier(REGION.snapshot())
    request = GOOD.request("SG")
    report = verifier.evaluate(GOOD.data, request)
    documents = dict(REGION.documents)
    documents.popitem()
    with pytest.raises(MisuseError, match="not in the store"):
        record(GOOD.data, request, report, verifier, pins=REGION.pins, documents=documents)


def test_an_input_that_was_not_read_whole_is_misuse():
    verifier = Verifier(REGION.snapshot())
    request = GOOD.request("SG")
    data = b"x" * ((1 << 20) + 1)
    report = verifier.evaluate(data, request)
    with pytest.raises(MisuseError, match="not recorded"):
        record(data, request, report, verifier, pins=REGION.pins, documents=REGION.documents)


def test_bytes_of_any_kind_can_be_recorded():
    sample = GOOD._replace(data=bytes(range(256)))
    made, report = bundle(sample)
    assert replay(made).report.as_json() == report.as_json()


def test_directly_pinned_lists_replay_too():
    """Two states that start with nothing regional."""
    from defa_trust.demo.region import list_signer_certificate
    from defa_trust.trustlist.accept import Pin
    from defa_trust.trustlist.model import ListType
    from defa_trust.trustlist.snapshot import TrustSnapshot

    wanted = ((ListType.MEMBER_STATE, "TH"), (ListType.RECOGNITION, "SG"))
    pins = Pins(Pin(kind, code, (list_signer_certificate(code),)) for kind, code in wanted)
    documents = {place: REGION.documents[place] for place in wanted}
    assembly = assemble(pins, documents, now=REGION.at)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing))
    request = GOOD.request("SG")
    report = verifier.evaluate(GOOD.data, request)
    assert int(report.exit_code.value) == 0
    made = record(GOOD.data, request, report, verifier, pins=pins, documents=documents)
    outcome = replay(made)
    assert outcome.same
    # Whoever writes a bundle chooses its pins: that it replays says nothing about who they are.
    assert not outcome.pinned_by(REGION.pins)


def test_a_request_object_is_left_alone():
    request = GOOD.request("SG")
    before = replace(request)
    bundle(request=request)
    assert request == before


# --- evidence that was at hand -------------------------------------------------------------------
STATED = SAMPLES["th-sd-jwt-vc-good-status.txt"]


def with_evidence(sample, held, state="SG"):
    verifier = Verifier(REGION.snapshot())
    request = sample.request(state)
    report = verifier.evaluate(sample.data, request, held)
    made = record(
        sample.data, request, report, verifier,
        pins=REGION.pins, documents=REGION.documents, evidence=held,
    )  # fmt: skip
    return made, report


@pytest.mark.parametrize(
    "name", ["th-sd-jwt-vc-good-status", "th-sd-jwt-vc-revoked", "sg-hcert-good-status",
             "sg-vc-jwt-status-of-another-state", "sg-vc-jwt-status-not-checked"]
)  # fmt: skip
def test_status_lists_replay(name):
    made, report = with_evidence(SAMPLES[f"{name}.txt"], REGION.evidence)
    outcome = replay(made)
    assert outcome.same
    assert outcome.report == report
    assert outcome.unproved == ()


def test_only_what_was_looked_at_is_kept():
    made, _ = with_evidence(STATED, REGION.evidence)
    assert len(REGION.evidence) > 1
    (kept,) = json.loads(made)["evidence"]
    assert (kept["kind"], kept["uri"]) == ("status_list", "https://status.th.test.example/1")
    made, _ = with_evidence(GOOD, REGION.evidence)
    assert json.loads(made)["evidence"] == []


def test_a_bundle_without_its_status_list_reaches_another_verdict():
    made, _ = with_evidence(STATED, REGION.evidence)
    outcome = replay(changed(made, "evidence", value=[]))
    assert not outcome.same
    assert outcome.report.verdict.reason.code.id == "status.not_checked"


def test_a_changed_status_list_reaches_another_verdict():
    made, _ = with_evidence(SAMPLES["th-sd-jwt-vc-revoked.txt"], REGION.evidence)
    other = base64.b64encode(REGION.status_lists["https://status.th.test.example/2"]).decode()
    outcome = replay(changed(made, "evidence", 0, "octets", value=other))
    assert not outcome.same
    assert outcome.report.verdict.reason.code.id == "status.subject_mismatch"


def test_when_a_list_was_fetched_is_the_bundles_word():
    uri = "https://status.th.test.example/1"
    item = Item(EvidenceKind.STATUS_LIST, REGION.status_lists[uri], uri, REGION.at)
    made, report = with_evidence(STATED, Evidence([item]))
    outcome = replay(made)
    assert (outcome.same, outcome.report) == (True, report)
    assert outcome.unproved == (f"evidence: nobody signed when {uri} was fetched",)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("evidence",), {}),
        (("evidence", 0, "kind"), "gossip"),
        (("evidence", 0, "uri"), ""),
        (("evidence", 0, "uri"), 1),
        (("evidence", 0, "octets"), "%"),
        (("evidence", 0, "fetched"), -1),
        (("evidence", 0, "fetched"), 1.5),
        (("evidence", 0, "fetched"), 1 << 52),
        (("evidence",), lambda before: [*before, {**before[0], "octets": "AA=="}]),
        (("policy", "maxStatusAge"), -1),
    ],
)
def test_malformed_evidence_is_no_bundle(path, value):
    made, _ = with_evidence(STATED, REGION.evidence)
    with pytest.raises(Rejection) as caught:
        replay(changed(made, *path, value=value))
    assert caught.value.code.id == "evidence.malformed"


def test_a_bundle_of_before_there_was_evidence_still_replays():
    made, report = bundle()
    shape = json.loads(made)
    del shape["evidence"], shape["policy"]["maxStatusAge"]
    outcome = replay(strict_json.canonical(shape))
    assert (outcome.same, outcome.report) == (True, report)
