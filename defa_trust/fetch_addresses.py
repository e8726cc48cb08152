"""Which addresses are public (floor 12): those a stranger's name may lead a fetch to."""

from __future__ import annotations

import ipaddress
from typing import Final

_IPV6: Final = 6
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that is global today (RFC 4291, 2.4; IANA)."""
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052, 2.1); 64:ff9b:1::/48 is for use inside (RFC 8215)."""
_PROTOCOL: Final = ipaddress.IPv4Network("192.0.0.0/24")
"""IETF Protocol Assignments (RFC 6890, 2.2.2): no server of anybody's."""


def is_public(address: str) -> bool:
    """Whether an address as ``getaddrinfo`` gives it may be connected to by default.

    NOTE: the library calls global what no registry calls private: site-local addresses, and IPv4
    in four forms of IPv6, which a gateway or this very machine would take as the address inside.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if parsed.version == _IPV6:
        inside = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            inside = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inside is None:
            return parsed in _UNICAST and parsed.is_global
        parsed = inside
    return parsed.is_global and not parsed.is_multicast and parsed not in _PROTOCOL
