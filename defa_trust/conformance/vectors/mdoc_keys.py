"""mdoc: the device's key and what the issuer leaves to it, of the wrong shape or the wrong kind."""

from __future__ import annotations

from typing import Any

from ..mdocs import (
    NAMESPACE,
    device_key,
    digest_of,
    issuer_signed,
    items,
    mdoc_request,
    mdoc_world,
    response,
    text,
)
from ..registry import Case, Group

_group = Group("mdoc", features=("es256", "mdoc", "mdoc-device-signature"), twin="device_proved")
_ISO = "ISO/IEC 18013-5"


def _key(**labels: Any) -> Case:
    """The device's key with labels replaced: `l1` is label 1, `m2` is label -2."""
    own = {int(name[1:]) * (-1 if name[0] == "m" else 1): v for name, v in labels.items()}
    return _info(deviceKey={**device_key(), **own})


def _info(**members: Any) -> Case:
    info = {"deviceKey": device_key(), **members}
    return Case(text(response(issuer_signed(deviceKeyInfo=info))), mdoc_world(), mdoc_request())


@_group.vector("RFC 9052, 7")
def device_key_for_signatures() -> Case:
    """The device's key names its algorithm, and verifying as its only use."""
    return _key(l3=-7, l4=[2])


@_group.vector("RFC 9053, 6", "mdoc.device_key", notes="Whoever verifies can sign.")
def device_key_symmetric() -> Case:
    """The device's key says that it is symmetric."""
    return _key(l1=4)


@_group.vector("RFC 9052, 7", "mdoc.device_key", notes="Everybody can prove possession.")
def device_key_with_its_private_part() -> Case:
    """The device's key comes with its private part."""
    return _key(m4=bytes(31) + b"\1")


@_group.vector("RFC 9053, 7.1.1", "mdoc.device_key")
def device_key_on_a_curve_of_another_kind() -> Case:
    """The curve of the device's key is an array."""
    return _key(m1=[1])


@_group.vector("RFC 9053, 7.1.1", "mdoc.device_key")
def device_key_on_a_curve_by_name() -> Case:
    """The curve of the device's key is a text."""
    return _key(m1="P-256")


@_group.vector("RFC 9052, 7.1", "mdoc.device_key")
def device_key_algorithm_by_name() -> Case:
    """The algorithm of the device's key is a text."""
    return _key(l3="ES256")


@_group.vector("RFC 9052, 7.1", "mdoc.device_key", twin="device_key_for_signatures")
def device_key_for_another_algorithm() -> Case:
    """The device's P-256 key is for ES384."""
    return _key(l3=-35)


@_group.vector("RFC 9052, 7.1", "mdoc.device_key", twin="device_key_for_signatures")
def device_key_for_another_use() -> Case:
    """The device's key may derive keys, and nothing else."""
    return _key(l4=[7])


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.structure")
def authorised_elements_as_an_array() -> Case:
    """`dataElements`, what the device may add, is an array."""
    return _info(keyAuthorizations={"dataElements": [NAMESPACE]})


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.structure")
def authorised_namespaces_as_a_text() -> Case:
    """`nameSpaces`, where the device may add, is a text."""
    return _info(keyAuthorizations={"nameSpaces": NAMESPACE})


def _digests(table: dict[Any, Any]) -> Case:
    signed = issuer_signed(valueDigests={NAMESPACE: table})
    return Case(text(response(signed)), mdoc_world(), mdoc_request())


def _table() -> dict[Any, Any]:
    return {number: digest_of(entry) for number, entry in enumerate(items())}


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.structure")
def digest_as_text() -> Case:
    """One of the signed digests, of an item that is not shown, is a text."""
    return _digests({**_table(), 99: "00" * 32})


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.structure")
def digest_of_a_negative_number() -> Case:
    """One of the signed digests stands under a negative number."""
    return _digests({**_table(), -1: bytes(32)})
