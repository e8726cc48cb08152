"""What a TS 119 612 list says, as plain values (floor 5): the ground both bindings meet on.

Names follow the standard's elements in snake case. Times are Unix seconds, certificates are DER.
What this model has no field for stays as canonical XML octets, so that nothing vanishes unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from ...codes import xml as codes
from ...errors import Rejection

TSL: Final = "http://uri.etsi.org/02231/v2#"
TSLX: Final = "http://uri.etsi.org/02231/v2/additionaltypes#"
SIE: Final = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
MRA: Final = "http://ec.europa.eu/tools/lotl/mra/schema/v2#"
DEFA: Final = "https://defa.example/19612/v1#"
"""Namespace of what TS 119 612 has no element for. A placeholder, as every DEFA URI."""
TSL_TAG: Final = "http://uri.etsi.org/19612/TSLTag"
VERSIONS: Final = (3, 4, 5, 6)
"""Read. NOTE: 4 differs from 3 and 5 in nothing that is read here (Germany's list of 2016)."""
WRITTEN_VERSION: Final = 6
NEVER_REMOVED: Final = 65535


class Text(NamedTuple):
    """A name, notice or URI in one language (TS 119 612, 5.1.4)."""

    lang: str
    value: str


Texts: TypeAlias = tuple[Text, ...]


class Postal(NamedTuple):
    """PostalAddress (5.3.5.1). ``locality`` is ``None`` only where a 602 list states none."""

    lang: str
    street: str
    locality: str | None
    state: str | None
    postal_code: str | None
    country: str


class Address(NamedTuple):
    postal: tuple[Postal, ...]
    electronic: Texts


class Identity(NamedTuple):
    """ServiceDigitalIdentity (5.5.3). ``keys`` are JWKs; ``others`` are strings of the DEFA
    grammar, ``foreign`` canonical XML of identities in other vocabularies."""

    certificates: tuple[bytes, ...] = ()
    subject_names: tuple[str, ...] = ()
    skis: tuple[bytes, ...] = ()
    keys: tuple[Mapping[str, Any], ...] = ()
    others: tuple[str, ...] = ()
    foreign: tuple[bytes, ...] = ()


class OtherCriterion(NamedTuple):
    """otherCriteriaList (5.5.9.2.2.3): ``values`` are the OIDs, ``xml`` is the element itself."""

    name: str
    values: tuple[str, ...]
    xml: bytes


class Criteria(NamedTuple):
    """CriteriaList (5.5.9.2.2): `all`, `atLeastOne` or `none` of what is listed."""

    assertion: str
    key_usages: tuple[tuple[tuple[str, bool], ...], ...] = ()
    policy_sets: tuple[tuple[str, ...], ...] = ()
    lists: tuple[Criteria, ...] = ()
    description: str | None = None
    others: tuple[OtherCriterion, ...] = ()


class Qualification(NamedTuple):
    """QualificationElement (5.5.9.2.1): qualifiers of the certificates that meet the criteria."""

    qualifiers: tuple[str, ...]
    criteria: Criteria


class AdditionalServiceInformation(NamedTuple):
    """5.5.9.4."""

    uri: Text
    value: str | None = None
    other: bytes | None = None


class TakenOverBy(NamedTuple):
    """5.5.9.3."""

    uri: Text
    names: Texts
    operator: Texts
    territory: str
    others: tuple[bytes, ...] = ()


ExtensionValue: TypeAlias = Any
"""By ``Extension.name``: `Qualifications` a tuple of ``Qualification``;
`AdditionalServiceInformation`, `TakenOverBy` their type; `ExpiredCertsRevocationInfo` Unix seconds;
``xml`` canonical octets of an unknown element; any other name decoded JSON of a DEFA extension."""
FOREIGN: Final = ""
"""Name of an extension in a vocabulary that is not read; its value is canonical XML."""
FOREIGN_JSON: Final = "DefaForeignXml"
"""Extension of a 602 list that carries such octets, as texts, unchanged."""
ETSI_EXTENSIONS: Final = (
    "Qualifications",
    "AdditionalServiceInformation",
    "TakenOverBy",
    "ExpiredCertsRevocationInfo",
)


class Extension(NamedTuple):
    name: str
    critical: bool
    value: ExtensionValue


class History(NamedTuple):
    """ServiceHistoryInstance (5.6)."""

    type: str
    names: Texts
    identity: Identity
    status: str
    since: int
    extensions: tuple[Extension, ...] = ()


class Service(NamedTuple):
    """TSPService (5.5). ``supply_points`` are (type or ``None``, URI)."""

    type: str
    names: Texts
    identity: Identity
    status: str
    since: int
    scheme_definition: Texts = ()
    supply_points: tuple[tuple[str | None, str], ...] = ()
    definition: Texts = ()
    extensions: tuple[Extension, ...] = ()
    history: tuple[History, ...] = ()

    def at(self, moment: int) -> Service | History | None:
        """The entry whose status held at ``moment`` (TS 119 615, 4.5.4).

        The current one if it had begun, else the first history instance that had; ``None`` before
        all of them. Raises ``Rejection`` where times are equal or out of order: then nobody may
        pick one of two answers.
        """
        entries: tuple[Service | History, ...] = (self, *self.history)
        for later, earlier in pairwise(entries):
            if earlier.since >= later.since:
                raise Rejection(codes.HISTORY_ORDER, expected=later.since, actual=earlier.since)
        for entry in entries:
            if entry.since <= moment:
                return entry
        return None


class Provider(NamedTuple):
    """TrustServiceProvider (5.4)."""

    names: Texts
    trade_names: Texts
    address: Address
    information: Texts
    services: tuple[Service, ...]
    extensions: tuple[Extension, ...] = ()


class TypeEquivalence(NamedTuple):
    """Types, each with its additional service information, on both sides."""

    pointing: tuple[tuple[str, str | None], ...]
    pointed: tuple[tuple[str, str | None], ...]


class StatusEquivalence(NamedTuple):
    """Statuses that count as valid, and as invalid, on both sides."""

    valid_pointing: tuple[str, ...]
    valid_pointed: tuple[str, ...]
    invalid_pointing: tuple[str, ...]
    invalid_pointed: tuple[str, ...]


class ContentEquivalence(NamedTuple):
    """What a certificate declares, on both sides (`…/mra/QcCompliance`, `QcType`, `QcQSCD`)."""

    context: str
    pointing: Criteria
    pointed: Criteria


class Equivalence(NamedTuple):
    """TrustServiceEquivalenceInformation, or an instance of its history (then no identifier).

    ``status`` is `http://ec.europa.eu/tools/lotl/mra/enacted` or `…/repealed`.
    """

    legal_identifier: str | None
    types: TypeEquivalence
    status: str
    since: int
    statuses: StatusEquivalence
    contents: tuple[ContentEquivalence, ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()
    history: tuple[Equivalence, ...] = ()


class MutualRecognition(NamedTuple):
    """MutualRecognitionAgreementInformation of the European Commission, schema v2.

    The pointing party recognises, the pointed party is recognised. ``version`` is the agreement's.
    """

    technical_type: int
    version: int
    pointing_legislation: str
    pointed_legislation: str
    depth: int
    services: tuple[Equivalence, ...]


class Pointer(NamedTuple):
    """OtherTSLPointer (5.3.13). ``identities`` hold who may sign the list at ``location``."""

    location: str
    identities: tuple[Identity, ...]
    type: str | None = None
    operator: Texts = ()
    rules: Texts = ()
    territory: str | None = None
    mime_type: str | None = None
    recognition: MutualRecognition | None = None
    foreign: tuple[bytes, ...] = ()

    @property
    def signers(self) -> tuple[bytes, ...]:
        """DER certificates of the list's signers, in order."""
        return tuple(der for identity in self.identities for der in identity.certificates)


class TrustedList(NamedTuple):
    """TrustServiceStatusList (5.2, 5.3). ``next_update`` is ``None`` for a closed list.

    ``policies`` (URIs) or ``notices`` (texts), never both.
    """

    version: int
    sequence: int
    type: str
    operator: Texts
    address: Address
    name: Texts
    information: Texts
    status_determination: str
    rules: Texts
    territory: str | None
    policies: Texts
    notices: Texts
    historical_period: int
    issued: int
    next_update: int | None
    pointers: tuple[Pointer, ...] = ()
    distribution_points: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    providers: tuple[Provider, ...] = ()
    id: str | None = None
