"""ZIP containers with faults of one's choice, written octet by octet."""

from struct import pack
from zlib import compressobj, crc32


def deflate(octets):
    packer = compressobj(9, 8, -15)
    return packer.compress(octets) + packer.flush()


class Member:
    """One entry. ``local`` and ``central`` override what header and directory say of it: `name`,
    `flags`, `method`, `crc`, `packed`, `size`, `extra`, `offset`, `volume`."""

    def __init__(
        self, name, octets=b"", *, method=0, flags=0, held=None, descriptor=None, gap=b"",
        local=None, central=None,
    ):  # fmt: skip
        raw = name.encode() if isinstance(name, str) else name
        if held is None:
            held = octets if method == 0 else deflate(octets)
        said = {
            "name": raw, "flags": flags, "method": method, "crc": crc32(octets),
            "packed": len(held), "size": len(octets), "extra": b"", "offset": None, "volume": 0,
            "needed": 20,
        }  # fmt: skip
        self.held = held
        self.gap = gap
        self.descriptor = descriptor
        self.local = {**said, **(local or {})}
        self.central = {**said, **(central or {})}


def described(name, octets, *, marked=True, changed=None, **more):
    """A deflated entry whose sizes follow it in a data descriptor."""
    held = deflate(octets)
    numbers = {"crc": crc32(octets), "packed": len(held), "size": len(octets), **(changed or {})}
    record = pack("<3L", numbers["crc"], numbers["packed"], numbers["size"])
    return Member(
        name, octets, method=8, flags=8, descriptor=(b"PK\x07\x08" if marked else b"") + record,
        local={"crc": 0, "packed": 0, "size": 0, **more.pop("local", {})}, **more,
    )  # fmt: skip


def archive(*members, comment=b"", prefix=b"", tail=b"", shift=0, end=None, before_end=b""):
    """A container of these members. ``shift`` moves all offsets; ``end`` overrides the end record:
    `disk`, `here`, `count`, `size`, `begin`, `comment`."""
    body = prefix
    listing = b""
    for member in members:
        offset = len(body)
        said = member.local
        body += pack(
            "<4s5H3L2H", b"PK\x03\x04", said["needed"], said["flags"], said["method"], 0, 33,
            said["crc"], said["packed"], said["size"], len(said["name"]), len(said["extra"]),
        )  # fmt: skip
        body += said["name"] + said["extra"] + member.held
        body += (member.descriptor or b"") + member.gap
        said = member.central
        place = offset + shift if said["offset"] is None else said["offset"]
        listing += pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, said["needed"], said["flags"], said["method"], 0, 33,
            said["crc"], said["packed"], said["size"], len(said["name"]), len(said["extra"]), 0,
            said["volume"], 0, 0, place,
        )  # fmt: skip
        listing += said["name"] + said["extra"]
    said = {
        "disk": 0, "here": len(members), "count": len(members), "size": len(listing),
        "begin": len(body) + shift, "comment": len(comment), **(end or {}),
    }  # fmt: skip
    record = pack(
        "<4s4H2LH", b"PK\x05\x06", said["disk"], 0, said["here"], said["count"], said["size"],
        said["begin"], said["comment"],
    )  # fmt: skip
    return body + listing + before_end + record + comment + tail
