"""Who recognises whom in the test region, and on what terms, as data (floor 13).

Every instrument but one is invented and says TEST-ONLY. The one that exists, the ASEAN Digital
Economy Framework Agreement, was concluded and not signed when this was written: it appears with an
arrangement that only observes, and no arrangement in force rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..trustlist.model import ArrangementStatus, Stage, Status
from .plans import DAY, HCERT_TYPE, SIGNATURE_TYPES, SVC_DOCUMENT, SVC_IDENTITY, YEAR
from .states import SCALE_KH, SCALE_SG, SCALE_TH_AAL, SCALE_TH_IAL, SCALE_VN, STATES


class InstrumentStatus(StrEnum):
    """Whether a legal instrument binds anybody yet."""

    IN_FORCE = "in_force"
    CONCLUDED_UNSIGNED = "concluded_unsigned"


class InstrumentPlan(NamedTuple):
    """A legal instrument. ``verified`` says that the article's text was read; only the invented
    texts of this region were."""

    code: str
    title: str
    status: InstrumentStatus
    article: str | None = None
    verified: bool = False


INSTRUMENTS: Final[Mapping[str, InstrumentPlan]] = {
    "mou": InstrumentPlan(
        "bilateral",
        "TEST-ONLY bilateral MoU (defa_trust)",
        InstrumentStatus.IN_FORCE,
        "art. 1",
        verified=True,
    ),
    "sandbox": InstrumentPlan(
        "sandbox",
        "TEST-ONLY sandbox agreement (defa_trust)",
        InstrumentStatus.IN_FORCE,
        "annex A",
        verified=True,
    ),
    "domestic": InstrumentPlan(
        "domestic",
        "TEST-ONLY domestic recognition rule (defa_trust)",
        InstrumentStatus.IN_FORCE,
        "s. 1",
        verified=True,
    ),
    "law": InstrumentPlan(
        "domestic",
        "TEST-ONLY model of the law on electronic signatures (defa_trust)",
        InstrumentStatus.IN_FORCE,
    ),
    "prior-listing": InstrumentPlan(
        "domestic",
        "TEST-ONLY model of a rule that asks for prior listing (defa_trust)",
        InstrumentStatus.IN_FORCE,
    ),
    "DEFA": InstrumentPlan(
        "DEFA",
        "ASEAN Digital Economy Framework Agreement",
        InstrumentStatus.CONCLUDED_UNSIGNED,
    ),
}
"""By the region's own short name. DEFA has no article here: its text was not available."""


class LevelRow(NamedTuple):
    """A national level and what it counts for, on the axes that the row states."""

    scheme: str
    home: str
    counts: Mapping[str, int]


class Corridor(NamedTuple):
    """``recognising`` accepts what services of ``recognised`` issue. Times are relative to the
    region's moment, in seconds; ``history`` holds (status, stage, since), newest first."""

    recognising: str
    recognised: str
    what: str
    instrument: str = "mou"
    basis: str = "mutual"
    types: tuple[str, ...] = (SVC_IDENTITY,)
    stage: Stage = Stage.IN_FORCE
    status: ArrangementStatus = ArrangementStatus.ENACTED
    since: int = -YEAR
    until: int | None = None
    grace_until: int | None = None
    history: tuple[tuple[ArrangementStatus, Stage, int], ...] = ()
    levels: tuple[LevelRow, ...] = ()
    statuses: tuple[Status, ...] = (Status.GRANTED,)
    effect: str = "identification"
    limits: Mapping[str, int] = {}
    bounds: Mapping[str, tuple[str, ...]] = {}
    """Further members by name: purposes, sectors, relyingParties, excludedActs, requires…"""

    @property
    def id(self) -> str:
        return f"test-{self.recognising}-{self.recognised}-{self.what}".lower()


def _rows(scheme: str, axis: str, table: Mapping[str, int]) -> tuple[LevelRow, ...]:
    return tuple(LevelRow(scheme, home, {axis: counts}) for home, counts in table.items())


_TH_LEVELS: Final = (
    *_rows(
        SCALE_TH_IAL,
        "proofing",
        {"1.1": 1, "1.2": 1, "1.3": 1, "2.1": 2, "2.2": 2, "2.3": 2, "3": 3},
    ),
    *_rows(SCALE_TH_AAL, "authentication", {"1": 1, "2.1": 2, "2.2": 2, "3": 3}),
)
_SG_LEVELS: Final = _rows(SCALE_SG, "authentication", {"1": 1, "2": 2, "3": 3})
_VN_LEVELS: Final = _rows(SCALE_VN, "proofing", {"1": 1, "2": 2})
_KH_LEVELS: Final = _rows(SCALE_KH, "proofing", {"1": 1, "2": 1, "3": 2})

_DOCUMENTS: Final[Mapping[str, Any]] = {
    "types": (SVC_DOCUMENT,),
    "bounds": {"credentialTypes": (HCERT_TYPE,)},
    "effect": "evidence_weight_only",
}
_ACCOUNTS: Final[Mapping[str, tuple[str, ...]]] = {"purposes": ("account-opening",)}
_PILOT: Final[Mapping[str, Any]] = {"instrument": "sandbox", "stage": Stage.PILOT}


def _corridors() -> tuple[Corridor, ...]:
    enacted, suspended = ArrangementStatus.ENACTED, ArrangementStatus.SUSPENDED
    found = [
        # Singapore: one example of nearly every term.
        Corridor("SG", "TH", "identity", levels=_TH_LEVELS),
        Corridor("SG", "TH", "documents", **_DOCUMENTS),
        Corridor("SG", "PH", "identity"),
        Corridor("SG", "PH", "documents", **_DOCUMENTS),
        Corridor("SG", "KH", "identity", levels=_KH_LEVELS, bounds=_ACCOUNTS),
        Corridor("SG", "BN", "identity", bounds={"excludedActs": ("land-transfer", "will")}),
        Corridor("SG", "LA", "identity"),
        Corridor("SG", "MM", "identity"),
        Corridor("SG", "TL", "identity", statuses=(Status.GRANTED, Status.SANDBOX)),
        Corridor("SG", "VN", "identity", levels=_VN_LEVELS, stage=Stage.OBSERVE),
        Corridor(
            "SG", "MY", "identity", status=suspended, since=-40 * DAY,
            history=((enacted, Stage.IN_FORCE, -YEAR),),
        ),
        Corridor("SG", "ID", "identity", since=61 * DAY),
        # Thailand: a pilot with a purpose and a limit; an arrangement in its period of grace.
        Corridor(
            "TH", "SG", "identity", levels=_SG_LEVELS, limits={"maxPerDay": 1000},
            bounds=_ACCOUNTS, **_PILOT,
        ),
        Corridor("TH", "SG", "documents", **_DOCUMENTS),
        Corridor(
            "TH", "VN", "identity", levels=_VN_LEVELS, until=-17 * DAY, grace_until=60 * DAY
        ),
        Corridor("TH", "MY", "identity", status=ArrangementStatus.REPEALED, since=-90 * DAY,
                 history=((enacted, Stage.IN_FORCE, -2 * YEAR),)),
        # Malaysia recognises two states, and of one of them no longer.
        Corridor("MY", "SG", "identity", levels=_SG_LEVELS),
        Corridor("MY", "ID", "identity", until=-10 * DAY),
        # The Philippines and Cambodia, both ways; one way bounded to relying parties.
        Corridor("PH", "KH", "identity", levels=_KH_LEVELS),
        Corridor("PH", "TH", "documents", **_DOCUMENTS),
        Corridor("PH", "SG", "identity", levels=_SG_LEVELS),
        Corridor(
            "KH", "PH", "identity",
            bounds={"relyingParties": ("https://bank.kh.test.example",)},
        ),
        Corridor("KH", "SG", "identity", levels=_SG_LEVELS, bounds={"sectors": ("banking",)}),
        # Brunei Darussalam: the one arrangement that names the real agreement only observes.
        Corridor(
            "BN", "SG", "identity", instrument="DEFA", levels=_SG_LEVELS, stage=Stage.OBSERVE
        ),
        Corridor("BN", "MY", "identity"),
    ]  # fmt: skip
    # Viet Nam asks for prior listing: its own list names Singapore's service, and not Thailand's.
    found += [
        Corridor("VN", code, "identity", "prior-listing", levels=levels,
                 bounds={"requires": ("prior_listing",)})
        for code, levels in (("SG", _SG_LEVELS), ("TH", _TH_LEVELS))
    ]  # fmt: skip
    # Timor-Leste accepts what is equivalent, by its own rule, from whoever is granted at home.
    found += [
        Corridor("TL", code, what, "domestic", "autonomous", types=types,
                 effect="requirement_met_if_reliable")
        for code in STATES if code != "TL"
        for what, types in _KINDS
    ]  # fmt: skip
    return (*found, *_signatures())


_KINDS: Final = (
    ("identity", (SVC_IDENTITY,)),
    ("documents", (SVC_DOCUMENT,)),
    ("signatures", SIGNATURE_TYPES),
)


def _signatures() -> Iterator[Corridor]:
    """Signed documents: each state gives them an effect that its own law knows."""

    def of(recognising: str, recognised: str, effect: str, **more: Any) -> Corridor:
        return Corridor(
            recognising, recognised, "signatures", types=SIGNATURE_TYPES, effect=effect, **more
        )

    listed: Mapping[str, Any] = {
        "instrument": "prior-listing",
        "bounds": {"requires": ("prior_listing",)},
    }
    yield of("SG", "TH", "presumption_of_signatory")
    yield of("SG", "VN", "evidence_weight_only", **_PILOT)
    yield of("SG", "BN", "presumption_of_signatory", bounds={"excludedActs": ("will",)})
    yield of("TH", "VN", "requirement_met_if_reliable")
    yield of("TH", "SG", "requirement_met_if_reliable")
    yield of("TH", "LA", "requirement_met_if_reliable")
    yield of("BN", "MY", "presumption_of_signatory")
    yield of("KH", "PH", "presumption_of_signatory")
    yield of("PH", "KH", "requirement_met_if_reliable")
    yield of("PH", "TL", "requirement_met_if_reliable")
    yield of("PH", "MM", "requirement_met_if_reliable")
    # Two states ask for a place in their own register: it names some, and not others.
    for recognised in ("SG", "TH"):
        yield of("VN", recognised, "equals_handwritten", **listed)
    for recognised in ("ID", "PH"):
        yield of("MY", recognised, "equals_handwritten", **listed)


CORRIDORS: Final = _corridors()
"""All arrangements. A state without any has no recognition list: ID, LA and MM."""


EFFECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "BN": ("presumption_of_signatory",),
    "KH": ("presumption_of_signatory",),
    "MY": ("equals_handwritten",),
    "PH": ("requirement_met_if_reliable",),
    "SG": ("presumption_of_signatory",),
    "TH": ("requirement_met_if_reliable",),
    "TL": ("requirement_met_if_reliable",),
    "VN": ("equals_handwritten",),
}
"""What a state's own law gives signatures that its own term stands for, as far as is known; of TL
no source says it. Each of these lists also knows `identification` and `evidence_weight_only`."""
WITHOUT_TERM: Final = ("identification", "evidence_weight_only")


LISTED_FOREIGN: Final = {
    "MY": (("ID", "signatures"), ("ID", "time-stamps")),
    "VN": (("SG", "identity"), ("SG", "signatures"), ("SG", "time-stamps")),
}
"""By state: services of others, as (state, slug), that stand in its own register."""


def recognising_states() -> tuple[str, ...]:
    """States that publish a recognition list, in the order of ``STATES``."""
    named = {corridor.recognising for corridor in CORRIDORS}
    return tuple(code for code in STATES if code in named)
