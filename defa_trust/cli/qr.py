"""QR images to the bytes they carry (floor 13, extra `qr`)."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Final

from ..errors import MissingExtraError, MisuseError

_MAX_PIXELS: Final = 50_000_000
"""Ours: a phone's photograph has 12 to 50 million; what claims more is refused undecoded."""


def read_qr(image: bytes) -> bytes:
    """The content of the one QR code in a PNG or JPEG image (ISO/IEC 18004).

    Raises ``MissingExtraError`` without the extra, ``MisuseError`` where the image is none, holds
    no QR code, or holds several that differ: choosing one would be a guess.
    """
    try:
        import zxingcpp
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise MissingExtraError("qr", "reading a QR image") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(BytesIO(image), formats=("PNG", "JPEG"))
            if picture.width * picture.height > _MAX_PIXELS:
                raise MisuseError(f"the image has more than {_MAX_PIXELS} pixels")
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        raise MisuseError("the image is damaged and cannot be read") from None
    found = {
        bytes(code.bytes)
        for code in zxingcpp.read_barcodes(grey)
        if code.valid and code.format == zxingcpp.BarcodeFormat.QRCode
    }
    if not found:
        raise MisuseError("no QR code was found in the image; try a sharper or larger picture")
    if len(found) > 1:
        raise MisuseError(f"the image holds {len(found)} different QR codes; crop it to one")
    return found.pop()
