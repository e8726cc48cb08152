"""What would have to be so for a yes, by the code that stands in the way (floor 9).

A finding says what is; these sentences say who could change it. They are keyed by code objects, so
that a code cannot be renamed without its sentence, and a test holds that every refusal has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..codes import anchor
from ..codes import recognition as codes
from ..codes import recognition_rules as more
from ..language import ENGLISH, Language
from ..verdict import Code, Finding

REMEDIES: Final[Mapping[Code, str]] = {
    # --- the issuing state's side ----------------------------------------------------------------
    anchor.LIST_EXPIRED: "{issuing} (or the region) publishes a newer trust list.",
    anchor.LIST_FROM_THE_FUTURE: "A trust list of {issuing} that was out at that moment.",
    anchor.LIST_TRANSCRIBED: "{issuing} publishes a list itself, or the policy takes others.",
    anchor.SERVICE_NOT_GRANTED: "{issuing} grants the service, or there is proof of an older time.",
    anchor.SERVICE_NOT_YET_GRANTED: "Wait until {issuing} has granted the service.",
    anchor.CERTIFICATE_EXPIRED: "{issuing} lists a current certificate of the service.",
    anchor.CERTIFICATE_NOT_YET_VALID: "Wait until the listed certificate is valid.",
    anchor.ONLINE_ONLY: "{issuing} lists a key; until then the service is asked online.",
    anchor.KEYS_ELSEWHERE: "The keys that the list of {issuing} points to are fetched.",
    # --- the receiving state's list --------------------------------------------------------------
    codes.LIST_MISSING: "{receiving} publishes a recognition list that this verifier accepts.",
    codes.LIST_EXPIRED: "A newer recognition list of {receiving} (or a newer regional list).",
    codes.LIST_FROM_THE_FUTURE: "A recognition list of {receiving} that was out at that moment.",
    codes.LIST_TRANSCRIBED: "{receiving} publishes its list itself, or the policy takes others.",
    codes.NO_ARRANGEMENT: "{receiving} enacts an arrangement that recognises {issuing}.",
    # --- the parties, and the receiving state's law ----------------------------------------------
    more.AGREEMENT_EXCLUDES: "The parties agree on this method.",
    more.LAW_EXCLUDES: "Nothing short of a change of law in {receiving}: the act is excluded.",
    more.LAW_ACT_NOT_STATED: "State the act.",
    more.CATEGORY_NOT_MET: "{issuing} states that the service meets it, or another category.",
    more.CATEGORY_NOT_STATED: "State the category of transaction.",
    more.CATEGORY_UNPROVED: "The trust list of {issuing} says whether the service meets it.",
    more.EFFECT_NOT_OF_THIS_LAW: "{receiving} states an effect that its own law knows.",
    more.DISPROVED_IN_FACT: "Another method, which is reliable in fact.",
    # --- the arrangement -------------------------------------------------------------------------
    codes.CITATION_UNREAD: "Somebody reads the article, or the policy accepts unread ones.",
    codes.NOT_YET_IN_FORCE: "Wait until the arrangement applies.",
    codes.NO_LONGER_IN_FORCE: "{receiving} renews the arrangement.",
    codes.SUSPENDED: "{receiving} enacts the arrangement again.",
    codes.SERVICE_TYPE_UNMAPPED: "{receiving} maps this type of service in the arrangement.",
    codes.STATUS_NOT_ACCEPTED: "{receiving} accepts this status, or {issuing} gives another.",
    codes.STATUS_UNKNOWN: "Wait until {issuing} gives the service a status.",
    codes.CREDENTIAL_TYPE_NOT_STATED: "An object that states its type.",
    codes.CREDENTIAL_TYPE_NOT_COVERED: "{receiving} covers this type of credential.",
    codes.PURPOSE_NOT_COVERED: "Another purpose, or {receiving} covers this one.",
    codes.PURPOSE_NOT_STATED: "State the purpose.",
    codes.SECTOR_NOT_COVERED: "Another sector, or {receiving} covers this one.",
    codes.SECTOR_NOT_STATED: "State the sector.",
    codes.RELYING_PARTY_NOT_COVERED: "{receiving} names this relying party in the arrangement.",
    codes.RELYING_PARTY_NOT_STATED: "State who relies on it.",
    codes.ACT_EXCLUDED: "Nothing short of a change by {receiving}: the act is excluded.",
    codes.ACT_NOT_STATED: "State the act.",
    more.ENTITY_NOT_COVERED: "{receiving} covers this kind of holder in the arrangement.",
    more.ENTITY_NOT_STATED: "State what kind of holder it is.",
    more.USE_NOT_COVERED: "{receiving} covers this use in the arrangement.",
    more.USE_NOT_STATED: "State what it is used for.",
    more.USER_NOT_COVERED: "{receiving} opens the arrangement to such users.",
    more.USER_NOT_STATED: "State the nationality; of a national of {receiving} also whether the "
    "counterpart's state recognises the domestic signature.",
    more.RELIABILITY_NOT_MET: "A more reliable service, or {receiving} assesses it anew.",
    more.RELIABILITY_UNKNOWN: "{receiving} states a minimum or attaches an assessment; {issuing} "
    "states levels.",
    more.STRICTER_NOT_MET: "{issuing} states that the service meets these standards too.",
    more.STRICTER_UNKNOWN: "The trust list of {issuing} states which standards the service meets.",
    more.INSTRUMENT_NOT_IN_FORCE: "The instrument enters into force.",
    more.PARTY_MISSING: "The instrument enters into force between {receiving} and {issuing}.",
    more.INSTRUMENT_UNCLEAR: "{receiving} says whether the instrument is in force.",
    more.BASIS_ENDEAVOUR: "{receiving} grants it by an act of its own, or the states agree on a "
    "duty.",
    more.BASIS_UNCLEAR: "{receiving} says whether the instrument makes it a duty.",
    more.NOT_LISTED_HERE: "{receiving} lists the service in its register of foreign services.",
    more.LISTING_UNKNOWN: "A usable trust list of {receiving}, which holds its register.",
    more.NOT_RECIPROCATED: "{issuing} enacts an arrangement for {receiving} and this service type.",
    more.RECIPROCITY_UNKNOWN: "A usable recognition list of {issuing}.",
    codes.REQUIREMENT_REFUTED: "The requirement is met.",
    codes.REQUIREMENT_UNKNOWN: "Evidence that the requirement is met, judged by a person.",
    codes.LEVEL_UNMAPPED: "{receiving} maps this level of {issuing} in the arrangement.",
    codes.LEVEL_UNSTATED: "{issuing} states a level of the service, or none is asked for.",
    codes.LEVEL_UNKNOWN: "A level on the scale that {issuing} uses.",
    codes.LEVEL_TOO_LOW: "A higher level of the service, or a lower one asked for.",
    codes.VOLUME_UNKNOWN: "State how much of the corridor's limit is used.",
    codes.VOLUME_EXHAUSTED: "Wait until the corridor has room again.",
    codes.OBSERVE_ONLY: "{receiving} moves the arrangement on from observing.",
    codes.PILOT: "{receiving} moves the corridor from pilot to in force; a service in a sandbox is "
    "granted by {issuing}.",
}
"""By code; `{issuing}` and `{receiving}` are country codes."""


def remedy(finding: Finding, issuing: str, receiving: str, language: Language = ENGLISH) -> str:
    """The sentence for ``finding``; its own text where no one's act is known to change it."""
    sentence = REMEDIES.get(finding.code)
    if sentence is None:
        return language.sentence(finding)
    return language.remedy(finding.code, sentence).format(issuing=issuing, receiving=receiving)
