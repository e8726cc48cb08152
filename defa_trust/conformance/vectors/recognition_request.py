"""Recognition bounded by what the request says: purpose, sector, act, relying party, volume."""

from __future__ import annotations

from typing import Any

from ..build import arrangement, recognised_by, request_of, vc
from ..registry import Case, Group, Importance

_group = Group("recognition", features=("es256", "recognition", "vc-jwt"))
_PROFILE = Importance.PROFILE
_SILENT = "A caller who says nothing gets more than one who says what it is for."


def _case(bounds: dict[str, Any], **asked: Any) -> Case:
    return Case(vc(), recognised_by(arrangement(**bounds)), request_of(**asked))


_PURPOSES = {"purposes": ["account-opening", "travel"]}
_SECTORS = {"sectors": ["banking"]}
_PARTIES = {"relyingParties": ["urn:test:bank-1"]}
_ACTS = {"excludedActs": ["land-transfer", "will"]}
_LIMITS = {"limits": {"maxPerDay": 1000}}


@_group.vector("DEFA profile, purposes", importance=_PROFILE)
def purpose_covered() -> Case:
    """The purpose asked for is among those the arrangement covers."""
    return _case(_PURPOSES, purpose="travel")


@_group.vector(
    "DEFA profile, purposes",
    "recognition.purpose_not_covered",
    importance=_PROFILE,
    twin="purpose_covered",
)
def purpose_not_covered() -> Case:
    """Another purpose than the arrangement covers."""
    return _case(_PURPOSES, purpose="voting")


@_group.vector(
    "DEFA profile, purposes",
    "recognition.purpose_not_covered",
    importance=_PROFILE,
    twin="purpose_covered",
    notes="Compared without regard to case, or by prefix, it would pass.",
)
def purpose_in_other_case() -> Case:
    """The purpose in capital letters: purposes are compared exactly."""
    return _case(_PURPOSES, purpose="TRAVEL")


@_group.vector(
    "DEFA profile, purposes",
    "recognition.purpose_not_stated",
    importance=_PROFILE,
    twin="purpose_covered",
    notes=_SILENT,
)
def purpose_not_stated() -> Case:
    """The arrangement covers named purposes; the request states none."""
    return _case(_PURPOSES)


@_group.vector("DEFA profile, sectors", importance=_PROFILE)
def sector_covered() -> Case:
    """The sector asked for is covered."""
    return _case(_SECTORS, sector="banking")


@_group.vector(
    "DEFA profile, sectors",
    "recognition.sector_not_covered",
    importance=_PROFILE,
    twin="sector_covered",
)
def sector_not_covered() -> Case:
    """Another sector than the arrangement covers."""
    return _case(_SECTORS, sector="health")


@_group.vector(
    "DEFA profile, sectors",
    "recognition.sector_not_stated",
    importance=_PROFILE,
    twin="sector_covered",
    notes=_SILENT,
)
def sector_not_stated() -> Case:
    """The arrangement covers one sector; the request states none."""
    return _case(_SECTORS)


@_group.vector("DEFA profile, relyingParties", importance=_PROFILE)
def relying_party_covered() -> Case:
    """The relying party is named by the arrangement."""
    return _case(_PARTIES, relyingParty="urn:test:bank-1")


@_group.vector(
    "DEFA profile, relyingParties",
    "recognition.relying_party_not_covered",
    importance=_PROFILE,
    twin="relying_party_covered",
)
def relying_party_not_covered() -> Case:
    """Another relying party, whose name begins alike."""
    return _case(_PARTIES, relyingParty="urn:test:bank-10")


@_group.vector(
    "DEFA profile, relyingParties",
    "recognition.relying_party_not_stated",
    importance=_PROFILE,
    twin="relying_party_covered",
    notes=_SILENT,
)
def relying_party_not_stated() -> Case:
    """The arrangement covers one relying party; the request names none."""
    return _case(_PARTIES)


@_group.vector("DEFA profile, excludedActs", importance=_PROFILE)
def act_not_excluded() -> Case:
    """The act is none of those excluded."""
    return _case(_ACTS, act="service-contract")


@_group.vector(
    "DEFA profile, excludedActs",
    "recognition.act_excluded",
    importance=_PROFILE,
    twin="act_not_excluded",
)
def act_excluded() -> Case:
    """The act is excluded from the arrangement."""
    return _case(_ACTS, act="will")


@_group.vector(
    "DEFA profile, excludedActs",
    "recognition.act_not_stated",
    importance=_PROFILE,
    twin="act_not_excluded",
    notes=_SILENT,
)
def act_not_stated() -> Case:
    """Some acts are excluded; the request does not say which act this is for."""
    return _case(_ACTS)


@_group.vector("DEFA profile, limits", importance=_PROFILE)
def volume_left() -> Case:
    """The last place within a limit of a thousand."""
    return _case(_LIMITS, volumeUsed={"maxPerDay": 999})


@_group.vector(
    "DEFA profile, limits",
    "recognition.volume_exhausted",
    importance=_PROFILE,
    twin="volume_left",
    notes="Off by one: the thousand-and-first is let through.",
)
def volume_exhausted() -> Case:
    """A thousand of a thousand are used."""
    return _case(_LIMITS, volumeUsed={"maxPerDay": 1000})


@_group.vector(
    "DEFA profile, limits",
    "recognition.volume_unknown",
    importance=_PROFILE,
    twin="volume_left",
    notes="An unknown count read as none used.",
)
def volume_unknown() -> Case:
    """The corridor is limited; the request does not say how much is used."""
    return _case(_LIMITS)


@_group.vector(
    "DEFA profile, limits",
    "recognition.volume_unknown",
    importance=_PROFILE,
    twin="volume_left",
)
def volume_of_another_limit() -> Case:
    """The request counts against a limit of another name."""
    return _case(_LIMITS, volumeUsed={"maxPerMonth": 1})
