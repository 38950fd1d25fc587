"""Reading a PDF back: its words as a screen reader gets them, its QR codes as a camera sees them."""

from __future__ import annotations

import pypdfium2
import zxingcpp

DOTS_PER_POINT = 2  # 144 dpi: less than any printer, so what is read here is read from paper


def page_texts(pdf: bytes) -> list[str]:
    """Return the text layer of each page."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def page_codes(pdf: bytes) -> list[list[str]]:
    """Return what the QR codes of each page say, each page from top to bottom, line by line."""
    return [_codes(page) for page in pypdfium2.PdfDocument(pdf)]


def _codes(page: pypdfium2.PdfPage) -> list[str]:
    image = page.render(scale=DOTS_PER_POINT, grayscale=True).to_pil()
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [code.text for code in sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))]
