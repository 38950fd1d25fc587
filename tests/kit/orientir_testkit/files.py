"""Files somebody brings: sound ones as small as they can be, and parts to spoil them with."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
IRKUTSK = {1: "N", 2: (52.0, 17.0, 13.0), 3: "E", 4: (104.0, 18.0, 18.0)}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return stream.getvalue()


def types(*content_types: str) -> bytes:
    lines = "".join(f'<Override PartName="/p{place}" ContentType="{one}"/>' for place, one in enumerate(content_types))
    return f'<?xml version="1.0"?><Types xmlns="urn:types">{lines}</Types>'.encode()


def relation(kind: str, target: str, *, is_external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if is_external else ""
    line = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'
    return f'<?xml version="1.0"?><Relationships xmlns="urn:relations">{line}</Relationships>'.encode()


def docx(*more_types: str, main: str = "wordprocessingml.document", **parts: bytes) -> bytes:
    """Return a document; `parts` by names with «/» written as «__» and «.» as «_dot_»."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    sound = {
        "[Content_Types].xml": types(f"{OFFICE}.{main}.main+xml", *more_types),
        "_rels/.rels": relation("officeDocument", "word/document.xml", is_external=False),
        "word/document.xml": b"<w:document xmlns:w='urn:w'/>",
    }
    return packed(sound | named)


def pptx(*more_types: str, **parts: bytes) -> bytes:
    return docx(*more_types, main="presentationml.presentation", **parts)


def picture(name: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", *, turned: bool = False) -> bytes:
    """Return a picture taken in Irkutsk, with a comment of its author; `turned`: the telephone was held upright."""
    image = Image.new(mode, size, 0)
    exif = Image.Exif()
    exif[0x010F] = "Телефон Ивановой"
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825).update(IRKUTSK)
    stream = BytesIO()
    image.save(stream, name, exif=exif, comment="снято дома", icc_profile=b"profile of Ivanova's screen")
    return stream.getvalue()


def form_with(content: bytes, name: str = "план.pdf", field: str = "file", **words: str) -> dict[str, object]:
    """Return what `client.post` takes for a form with a file (it would leave a large one of its own making open)."""
    lines = [
        f'--sheet\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{word}\r\n' for key, word in words.items()
    ]
    head = f'--sheet\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = "".join([*lines, head]).encode() + content + b"\r\n--sheet--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=sheet"}
