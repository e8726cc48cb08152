"""Assurance levels: granted by the list, capped, mapped by the receiving state; never numbers."""

from __future__ import annotations

from typing import Any

from ..build import arrangement, recognised_by, request_of, vc
from ..registry import Case, Group, Importance

_group = Group(
    "recognition", features=("es256", "levels", "recognition", "vc-jwt"), twin="level_met"
)
_PROFILE = Importance.PROFILE
_IAL = "urn:defa:scale:th:ial"
_AAL = "urn:defa:scale:th:aal"
_WANT_2 = {"proofing": 2, "authentication": 0, "federation": 0}


def _row(home: str, scheme: str = _IAL, **axes: int) -> dict[str, Any]:
    recognised = {"proofing": None, "authentication": None, "federation": None, **axes}
    return {"scheme": scheme, "home": home, "recognised": recognised}


_MAP = [
    _row("1.1", proofing=1),
    _row("2.1", proofing=1),
    _row("2.2", proofing=2),
    _row("2.3", proofing=2),
    _row("3", proofing=3),
]


def _case(
    *levels: dict[str, str],
    rows: list[dict[str, Any]] | None = None,
    minimum: dict[str, int] | None = None,
    **members: Any,
) -> Case:
    rule = arrangement(assuranceMap=_MAP if rows is None else rows)
    asked = {"minLevel": minimum or _WANT_2}
    return Case(vc(**members), recognised_by(rule, levels=levels), request_of(**asked))


def _grant(value: str, cap: str | None = None, scheme: str = _IAL) -> dict[str, str]:
    return {"scheme": scheme, "value": value, **({"cap": cap} if cap else {})}


@_group.vector("DEFA profile, assuranceMap", importance=_PROFILE)
def level_met() -> Case:
    """Thai IAL 2.3 is granted, mapped to proofing 2, and 2 is asked for."""
    return _case(_grant("2.3"))


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_too_low",
    importance=_PROFILE,
)
def level_too_low() -> Case:
    """Thai IAL 2.1 is granted and mapped to proofing 1; 2 is asked for."""
    return _case(_grant("2.1"))


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_unmapped",
    importance=_PROFILE,
    notes="The next row, or the highest below, taken instead of none.",
)
def level_unmapped() -> Case:
    """The granted level is not in the receiving state's map, though lower and higher ones are."""
    return _case(_grant("1.3"))


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_unmapped",
    importance=_PROFILE,
    notes="2.30 read as a number equals 2.3.",
)
def level_equal_as_a_number() -> Case:
    """The list grants 2.30, which is no place on the scale: levels are names, not numbers."""
    return _case(_grant("2.30"))


@_group.vector(
    "DEFA profile, DefaLoA",
    "recognition.level_unstated",
    importance=_PROFILE,
    notes="An unstated level that passes makes silence the highest level.",
)
def level_unstated() -> Case:
    """The issuer's list states no level; 2 is asked for."""
    return _case(rows=[])


@_group.vector(
    "DEFA profile, DefaLoA",
    "recognition.level_unmapped",
    importance=_PROFILE,
    notes="The same national value on another scale is another level.",
)
def level_on_another_scale() -> Case:
    """The level is granted on a scale that the receiving state does not map."""
    return _case(_grant("3", scheme=_AAL))


@_group.vector("DEFA profile, assuranceMap", importance=_PROFILE)
def two_axes_met() -> Case:
    """Proofing and authentication are granted, mapped and asked for."""
    rows = [*_MAP, _row("2.2", _AAL, authentication=2)]
    return _case(
        _grant("2.3"),
        _grant("2.2", scheme=_AAL),
        rows=rows,
        minimum={"proofing": 2, "authentication": 2, "federation": 0},
    )


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="two_axes_met",
    notes="One high axis must not make up for another.",
)
def one_axis_of_two_too_low() -> Case:
    """Proofing is 3; authentication is 1 where 2 is asked for."""
    rows = [*_MAP, _row("2.2", _AAL, authentication=1)]
    return _case(
        _grant("3"),
        _grant("2.2", scheme=_AAL),
        rows=rows,
        minimum={"proofing": 2, "authentication": 2, "federation": 0},
    )


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="two_axes_met",
    notes='An unmapped axis read as "no requirement".',
)
def axis_asked_for_is_unmapped() -> Case:
    """Authentication 2 is asked for; the map speaks of proofing only."""
    return _case(_grant("2.3"), minimum={"proofing": 2, "authentication": 2, "federation": 0})


@_group.vector(
    "DEFA profile, assuranceMap",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="two_axes_met",
    notes="The better of two contradicting sources is taken.",
)
def two_sources_for_one_axis() -> Case:
    """Two granted levels map to proofing 2 and proofing 1: the lower one counts."""
    rows = [*_MAP, _row("2.2", _AAL, proofing=1, authentication=2)]
    return _case(
        _grant("2.3"),
        _grant("2.2", scheme=_AAL),
        rows=rows,
        minimum={"proofing": 2, "authentication": 2, "federation": 0},
    )


# --- caps -----------------------------------------
@_group.vector("DEFA profile, DefaLoA cap", importance=_PROFILE)
def cap_above_the_grant() -> Case:
    """The provider's cap is higher than its grant and changes nothing."""
    return _case(_grant("2.2", cap="3"))


@_group.vector(
    "DEFA profile, DefaLoA cap",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="cap_above_the_grant",
    notes="Caps applied after mapping, or not at all.",
)
def cap_below_the_grant() -> Case:
    """IAL 2.3 is granted, and the provider is capped at 2.1, which maps to 1."""
    return _case(_grant("2.3", cap="2.1"))


@_group.vector(
    "DEFA profile, DefaLoA cap",
    "recognition.level_unmapped",
    importance=_PROFILE,
    twin="cap_above_the_grant",
    notes="A cap applied after mapping finds a row for the grant and never misses the cap's.",
)
def cap_without_a_row() -> Case:
    """The cap is a level that the receiving state does not map."""
    return _case(_grant("2.3", cap="1.3"))


@_group.vector(
    "DEFA profile, DefaLoA cap",
    "recognition.level_unknown",
    importance=_PROFILE,
    twin="cap_above_the_grant",
    notes="A cap nobody can place must not be ignored.",
)
def cap_off_the_scale() -> Case:
    """The cap is no value of the scale."""
    return _case(_grant("2.3", cap="2.9"))


# --- the credential's own claim
@_group.vector("DEFA profile, DefaLoA", importance=_PROFILE)
def claim_equals_the_grant() -> Case:
    """The credential claims (`acr`) the level that the list grants."""
    return _case(_grant("2.2"), acr=f"{_IAL}:2.2")


@_group.vector(
    "DEFA profile, DefaLoA",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="claim_equals_the_grant",
    notes="The level taken from the token: whoever signs tokens sets its own level.",
)
def claim_above_the_grant() -> Case:
    """The list grants 2.1 and the credential claims 2.2: the grant counts."""
    return _case(_grant("2.1"), acr=f"{_IAL}:2.2")


@_group.vector(
    "DEFA profile, DefaLoA",
    "recognition.level_too_low",
    importance=_PROFILE,
    twin="claim_equals_the_grant",
)
def claim_below_the_grant() -> Case:
    """The list grants 2.2 and this credential claims only 2.1: the claim counts."""
    return _case(_grant("2.2"), acr=f"{_IAL}:2.1")


@_group.vector(
    "DEFA profile, DefaLoA",
    "recognition.level_unknown",
    importance=_PROFILE,
    twin="claim_equals_the_grant",
    notes="An unknown level that is ignored fails open.",
)
def claim_nobody_knows() -> Case:
    """The credential claims a level that no scale has."""
    return _case(_grant("2.2"), acr="urn:example:unknown:7")
