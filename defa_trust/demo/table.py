"""Every sample of the region, judged in each receiving state it names (floor 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ..material import Evidence
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import Report
from ..verify import Verifier
from .document_samples import FORMS
from .region import Region
from .samples import Expected, Sample


class Row(NamedTuple):
    """One verdict of the table. ``reason`` is the code that decided, ``text`` its sentence; both
    are ``None`` where nothing stands in the way. ``exit_code`` is that of the command line;
    ``needs`` says what evidence would let an open question be answered, as `kind what`; ``term`` is
    the legal term at home and ``effect`` the one here, of what is recognised."""

    sample: str
    shows: str
    issuing: str
    relying: str
    format: str
    validity: str
    sub_indication: str | None
    recognition: str
    reason: str | None
    text: str | None
    exit_code: int
    expected: Expected
    needs: tuple[str, ...] = ()
    term: str | None = None
    effect: str | None = None

    @property
    def as_expected(self) -> bool:
        """Both answers and the deciding code are those the sample must get."""
        answer = (self.validity, self.recognition, self.reason)
        return answer == (
            self.expected.indication.value,
            self.expected.recognition.value,
            self.expected.reason,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "expected": {
                "validity": self.expected.indication.value,
                "recognition": self.expected.recognition.value,
                "reason": self.expected.reason,
            },
            "as_expected": self.as_expected,
        }


def verdict_rows(
    region: Region,
    snapshot: TrustSnapshot | None = None,
    samples: Iterable[Sample] | None = None,
    evidence: Evidence | None = None,
) -> list[Row]:
    """A row for each sample and receiving state, judged at the region's moment.

    ``snapshot`` is what the verifier trusts and ``evidence`` what it holds (the region's own by
    default), ``samples`` which ones to judge.
    """
    verifier = Verifier(region.snapshot() if snapshot is None else snapshot)
    held = region.evidence if evidence is None else evidence
    return [
        row(
            verifier.evaluate(sample.data, sample.request(relying, region.at), held),
            sample,
            relying,
        )
        for sample in ((*region.samples, *region.signed) if samples is None else samples)
        for relying in sample.expect
    ]


def row(report: Report, sample: Sample, relying: str) -> Row:
    """The table's view of one report."""
    verdict = report.verdict
    reason = verdict.reason
    sub_indication = verdict.validity.sub_indication
    return Row(
        sample.file_name,
        sample.shows,
        sample.state,
        relying,
        sample.format,
        verdict.validity.indication.value,
        sub_indication.value if sub_indication is not None else None,
        verdict.recognition.outcome.value,
        None if reason is None else reason.code.id,
        None if reason is None else reason.text,
        int(verdict.exit_code.value),
        sample.expect[relying],
        tuple(f"{need.kind.value} {need.territory or ''} {need.what}" for need in verdict.needs),
        verdict.recognition.term,
        verdict.recognition.effect,
    )


SHOWN = (
    ("th-vc-jwt-good.txt", "SG"),
    ("th-vc-jwt-good.txt", "MY"),
    ("th-vc-jwt-good.txt", "VN"),
    ("th-vc-jwt-good.txt", "ID"),
    ("th-sd-jwt-vc-good-bound.txt", "SG"),
    ("sg-hcert-good.txt", "TH"),
    ("sg-hcert-good.txt", "MY"),
    ("sg-vc-jwt-good.txt", "TH"),
    ("sg-vc-jwt-good.txt", "BN"),
    ("sg-vc-jwt-good.txt", "VN"),
    ("ph-hcert-good.txt", "SG"),
    ("my-vc-jwt-good-1.1.txt", "BN"),
    ("my-vc-jwt-good-1.1.txt", "SG"),
    ("vn-sd-jwt-vc-good-bound.txt", "TH"),
    ("th-vc-jwt-level-too-low.txt", "SG"),
    ("th-vc-jwt-tampered.txt", "SG"),
    ("th-vc-jwt-other-states-key.txt", "SG"),
    ("th-sd-jwt-vc-wrong-nonce.txt", "SG"),
    ("th-sd-jwt-vc-expired.txt", "SG"),
    ("sg-vc-jwt-withdrawn-service.txt", "TH"),
    ("th-sd-jwt-vc-good-status.txt", "SG"),
    ("th-sd-jwt-vc-revoked.txt", "SG"),
    ("th-sd-jwt-vc-suspended.txt", "SG"),
    ("sg-vc-jwt-status-not-checked.txt", "TH"),
    ("ph-vc-jwt-online-only.txt", "SG"),
    ("la-vc-jwt-good.txt", "SG"),
    ("mm-vc-jwt-good.txt", "SG"),
    ("vn-cades-good.p7m", "VN"),
    ("vn-cades-good.p7m", "TH"),
    ("vn-cades-good.p7m", "SG"),
    ("vn-cades-good.p7m", "MY"),
    ("vn-cades-good-expired-since.p7m", "TH"),
    ("vn-cades-expired-no-time-stamp.p7m", "TH"),
    ("vn-cades-good-revoked-since.p7m", "TH"),
    ("vn-cades-revoked-no-time-stamp.p7m", "TH"),
    ("vn-cades-tampered.p7m", "TH"),
    ("th-xades-good.xml", "TH"),
    ("th-xades-good.xml", "SG"),
    ("th-xades-good.xml", "MY"),
    ("th-xades-good.xml", "VN"),
    ("th-xades-good-revoked-since.xml", "SG"),
    ("th-xades-revoked-before.xml", "SG"),
    ("th-xades-swapped-certificate.xml", "SG"),
    ("id-pades-good.pdf", "ID"),
    ("id-pades-good.pdf", "MY"),
    ("id-pades-good.pdf", "TH"),
    ("id-pades-good-expired-since.pdf", "MY"),
    ("id-pades-tampered.pdf", "MY"),
    ("kh-jades-good.json", "PH"),
    ("kh-jades-tampered.json", "PH"),
)
"""A selection for people, (file name, receiving state): one row of each kind."""


def selected(rows: Iterable[Row]) -> list[Row]:
    """The rows of ``SHOWN``, in its order."""
    found = {(item.sample, item.relying): item for item in rows}
    return [found[place] for place in SHOWN if place in found]


def credentials(rows: Iterable[Row]) -> list[Row]:
    """The rows about credentials and presentations."""
    return [item for item in rows if item.format not in FORMS]


def documents(rows: Iterable[Row]) -> list[Row]:
    """The rows about signed documents."""
    return [item for item in rows if item.format in FORMS]


def across(rows: Iterable[Row]) -> list[tuple[Row, tuple[Row, ...]]]:
    """Of each signed document that stands, or would: the verdict at home, and three from abroad."""
    by_sample: dict[str, list[Row]] = {}
    for item in documents(rows):
        if item.sample.rpartition(".")[0].endswith("-good"):
            by_sample.setdefault(item.sample, []).append(item)
    return [(home, tuple(abroad[:3])) for home, *abroad in by_sample.values()]


OWN_SCHEMES: Final[Mapping[tuple[str, str], str]] = {
    ("KH", "vc-jwt"): "good",
    ("KH", "camdigikey"): "no-jose",
    ("MY", "oidc-id-token"): "good",
    ("PH", "philsys-v1"): "good",
    ("PH", "claim-169"): "good",
    ("PH", "everify"): "online-only",
    ("SG", "oidc-id-token-jwe"): "good",
    ("SG", "vc-data-integrity"): "unsupported-proof",
    ("TH", "oidc-id-token"): "good",
}
"""Forms of credentials that a state's own schemes are known to use, and the sample of each. What
all eleven have in the region (VC-JWT, SD-JWT VC, HC1) and what no state is known to issue yet
(mdoc) is among the samples, and not here."""


def of_own_schemes(rows: Iterable[Row]) -> list[tuple[Row, tuple[Row, ...]]]:
    """Of each form in ``OWN_SCHEMES``: the verdict at home, and three from abroad, unlike ones
    first."""
    found: dict[str, list[Row]] = {
        f"{state.lower()}-{form}-{name}": [] for (state, form), name in OWN_SCHEMES.items()
    }
    for item in rows:
        found.get(item.sample.rpartition(".")[0], []).append(item)
    return [
        (next(row for row in of_one if row.relying == row.issuing), _three(of_one))
        for of_one in found.values()
        if of_one
    ]


def _three(rows: list[Row]) -> tuple[Row, ...]:
    abroad = [row for row in rows if row.relying != row.issuing]
    firsts: list[Row] = []
    for row in abroad:
        if all(row.recognition != first.recognition for first in firsts):
            firsts.append(row)
    return tuple([*firsts, *(row for row in abroad if row not in firsts)][:3])
