"""Read a QR out of a grey picture: for phones whose browser has no reader of its own.

The library is loaded with the first picture: most processes never meet one.
"""

from __future__ import annotations

LARGEST = 480  # points; a ticket held before a phone is read at half of that
LOW_OF = bytes((byte & 15) * 17 for byte in range(256))
HIGH_OF = bytes((byte >> 4) * 17 for byte in range(256))


def read_packed(picture: bytes, width: int) -> str:
    """Return what the first QR of `picture` says, "" where there is none or the picture is not one.

    Two points a byte, the left one in the high half: sixteen greys are enough for black and white, and half the bytes
    on a slow line.
    """
    if not 0 < width <= LARGEST or width % 2 or len(picture) * 2 % width:
        return ""
    height = len(picture) * 2 // width
    if not 0 < height <= LARGEST:
        return ""
    import zxingcpp

    grey = bytearray(len(picture) * 2)
    grey[0::2], grey[1::2] = picture.translate(HIGH_OF), picture.translate(LOW_OF)
    only = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(memoryview(bytes(grey)).cast("B", (height, width)), formats=only)
    return next((code.text for code in found), "")
