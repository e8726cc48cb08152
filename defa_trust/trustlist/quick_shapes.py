"""Shapes of what ``quick`` reads, for ``msgspec`` (extra `fast`; floor 5).

Members are those of services.py, spelt as TS 119 602 spells them; what is optional and seldom there
is left out, and whoever uses it is read by the plain decoder. None is a number (see ``quick``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from . import reading, services
from .identity import MAX_IDENTITIES

if TYPE_CHECKING:
    Status = str
else:
    Status = Literal[tuple(services.STATUSES)]
Time = Annotated[str, Meta(min_length=20, max_length=20)]
Text = Annotated[str, Meta(min_length=1, max_length=reading.MAX_TEXT)]
Words = Annotated[list[str], Meta(min_length=1, max_length=MAX_IDENTITIES)]


class Shape(Struct, forbid_unknown_fields=True, gc=False):
    """Every member is known, and none is passed over."""


class InLanguage(Shape):
    lang: str
    value: Text


class UriInLanguage(Shape):
    lang: str
    uriValue: str  # noqa: N815


Texts = Annotated[list[InLanguage], Meta(min_length=1, max_length=64)]
Uris = Annotated[list[UriInLanguage], Meta(min_length=1, max_length=64)]


class Postal(Shape):
    lang: Text
    StreetAddress: Text
    Country: str
    Locality: Text | UnsetType = UNSET
    StateOrProvince: Text | UnsetType = UNSET
    PostalCode: Text | UnsetType = UNSET


class Address(Shape):
    TEPostalAddress: Annotated[list[Postal], Meta(min_length=1, max_length=64)]
    TEElectronicAddress: Uris


class Information(Shape):
    TEName: Texts
    TEAddress: Address
    TEInformationURI: Uris
    TETradeName: Texts | UnsetType = UNSET


class Certificate(Shape):
    val: str


class Identity(Shape):
    X509Certificates: (
        Annotated[list[Certificate], Meta(min_length=1, max_length=MAX_IDENTITIES)] | UnsetType
    ) = UNSET
    PublicKeyValues: list[dict[str, str]] | UnsetType = UNSET
    OtherIds: Words | UnsetType = UNSET
    X509SubjectNames: Words | UnsetType = UNSET


class PastIdentity(Shape):
    X509SKIs: Words | UnsetType = UNSET
    OtherIds: Words | UnsetType = UNSET
    X509SubjectNames: Words | UnsetType = UNSET


Extension = dict[str, bool | str | list[str | dict[str, str]] | dict[str, str]]
Extensions = Annotated[list[Extension], Meta(min_length=1, max_length=64)]


class SupplyPoint(Shape):
    uriValue: str  # noqa: N815
    ServiceType: str | UnsetType = UNSET


class Current(Shape):
    """Of what is `Raw`, most is told apart as text and never read (see ``quick_columns``)."""

    ServiceTypeIdentifier: str
    ServiceName: Raw
    """`Texts`."""
    ServiceDigitalIdentity: Raw
    """`Identity`."""
    ServiceStatus: Status
    StatusStartingTime: Time
    ServiceInformationExtensions: Raw
    """`Extensions`."""
    ServiceSupplyPoints: (
        Annotated[list[SupplyPoint], Meta(min_length=1, max_length=64)] | UnsetType
    ) = UNSET
    SchemeServiceDefinitionURI: Uris | UnsetType = UNSET
    ServiceDefinitionURI: Uris | UnsetType = UNSET


class Past(Shape):
    ServiceName: Raw
    """`Texts`."""
    ServiceDigitalIdentity: Raw
    """`PastIdentity`."""
    ServiceStatus: Status
    StatusStartingTime: Time
    ServiceTypeIdentifier: str | UnsetType = UNSET


class Service(Shape):
    ServiceInformation: Current
    ServiceHistory: (
        Annotated[list[Past], Meta(min_length=1, max_length=services.MAX_SERVICES)] | UnsetType
    ) = UNSET


class Entity(Shape):
    TrustedEntityInformation: Information
    TrustedEntityServices: Annotated[
        list[Service], Meta(min_length=1, max_length=services.MAX_SERVICES)
    ]
