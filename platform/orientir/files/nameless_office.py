"""DOCX and PPTX without what their programs wrote into them.

A package is a web of parts. The copy holds those that are reached from its beginning by relations that show something
(`TELLING` are cut), under names of our own: the properties, remarks, people, notes of a speaker, templates and data of
forms are nobody's way any more, so they are left behind whatever they are called. Of what stays, the words that are not
shown go: authors of corrections, names of pictures, addresses under links.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import unquote
from xml.etree import ElementTree as Tree

from orientir.documents.packed import DAMAGED
from orientir.errors import InvalidInputError
from orientir.files.kinds import FileKind
from orientir.files.pictures import redrawn
from orientir.i18n import _

DAMAGED_OFFICE = (*DAMAGED, Tree.ParseError, KeyError, UnicodeError)
TYPES = "[Content_Types].xml"
NOWHERE = "about:blank"
OLD = (1980, 1, 1, 0, 0, 0)
DEEPEST = 2
TELLING = frozenset({
    "core-properties", "extended-properties", "custom-properties", "thumbnail", "customxml", "customxmlprops",
    "comments", "commentsextended", "commentsids", "commentsextensible", "people", "glossarydocument", "notesslide",
    "commentauthors", "authors", "tags", "changesinfo", "revisioninfo", "attachedtemplate", "person",
    "threadedcomment", "printersettings", "keymapcustomizations", "mailmergesource", "slideupdateinfo",
})  # fmt: skip
PACKAGES = (".xlsx", ".docx", ".pptx")
PICTURES = {".jpg": FileKind.JPG, ".jpeg": FileKind.JPG, ".png": FileKind.PNG}
SHOWN = (".xml", ".rels", ".vml", ".odttf", ".fntdata", *PICTURES, *PACKAGES)
CORRECTED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo) ")
# Elements and attributes that say something and show nothing.
UNSEEN = (
    (re.compile(rb"<w:comment(?:Reference|RangeStart|RangeEnd)\b[^>]*/>"), b""),
    (re.compile(rb"<w:(?:docVars|attachedTemplate|rsids)\b[^>]*?(?:/>|>.*?</w:(?:docVars|attachedTemplate|rsids)>)",
                re.DOTALL), b""),
    (re.compile(rb"<p:custDataLst>.*?</p:custDataLst>", re.DOTALL), b""),
    (re.compile(rb"""\s(?:w:author|w:initials|w:date|w:rsid\w*)=(?:"[^"]*"|'[^']*')"""), b""),
)  # fmt: skip
DRAWN = re.compile(rb"<(?:\w+:)?(?:docPr|cNvPr|imagedata)\b[^>]*>")
CALLED = re.compile(rb"""\s((?:\w+:)?(?:name|descr|title|href))=(?:"[^"]*"|'[^']*')""")
LETTERS = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<|</(?:w|a):p>")


@dataclass
class _Copy:
    """A package on its way: its parts by name, and the names the copy gives to those it takes."""

    parts: dict[str, bytes]
    depth: int
    named: dict[str, str] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)

    def name_of(self, part: str) -> str:
        """Return what a part is called in the copy: people name pictures after what is on them."""
        if part not in self.named:
            folder, base = posixpath.split(part)
            ending = posixpath.splitext(base)[1].lower()
            is_ours = ending in (".xml", ".rels", ".vml")
            self.named[part] = part if is_ours else f"{folder}/part{len(self.named)}{ending}"
        return self.named[part]


def office_without_names(content: bytes, depth: int = 0) -> bytes:
    """Return the copy of a package that was let in (`office.py`).

    Raises InvalidInputError for corrections nobody has accepted and for pictures of a sort we cannot draw anew.
    """
    copy = _Copy(_parts_of(content), depth)
    _follow(copy, "", "_rels/.rels")
    types = _types(copy)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in ((TYPES, types), *sorted(copy.written.items())):
            package.writestr(zipfile.ZipInfo(name, OLD), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def office_words(content: bytes) -> str:
    """Return the words of a document or of slides, a paragraph on a line."""
    found = []
    for name, part in sorted(_parts_of(content).items()):
        if name.endswith(".xml"):
            found += [match[1].decode("utf-8", "replace") if match[1] is not None else "\n"
                      for match in LETTERS.finditer(part)]  # fmt: skip
    return "".join(found)


def _parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {info.filename.replace("\\", "/").lstrip("/"): package.read(info) for info in package.infolist()}


def _follow(copy: _Copy, base: str, relations: str) -> None:
    """Take over the relations of a part and whatever they lead to."""
    if relations not in copy.parts:
        return
    root = Tree.fromstring(copy.parts[relations])  # noqa: S314 - looked through when it came: no entities
    copy.written[relations] = b""  # a web has circles
    for one in list(root):
        if one.get("Type", "").rpartition("/")[2].lower() in TELLING:
            root.remove(one)
        elif one.get("TargetMode", "").lower() == "external":
            one.set("Target", NOWHERE)
        else:
            target = unquote(one.get("Target", "")).partition("#")[0]
            part = posixpath.normpath(posixpath.join(base, target)).lstrip("/") if target else ""
            if part not in copy.parts:
                root.remove(one)
                continue
            _take(copy, part)
            one.set("Target", f"/{copy.name_of(part)}")
    copy.written[relations] = _written(root)


def _take(copy: _Copy, part: str) -> None:
    name = copy.name_of(part)
    if name in copy.written:
        return
    copy.written[name] = _shown(copy, part)
    folder, base = posixpath.split(part)
    _follow(copy, folder, posixpath.join(folder, "_rels", f"{base}.rels"))


def _shown(copy: _Copy, part: str) -> bytes:
    ending = posixpath.splitext(part)[1].lower()
    content = copy.parts[part]
    if ending not in SHOWN:
        raise InvalidInputError(
            _("В документе есть рисунок или часть вида «%(ending)s», её не очистить. Нужен тот же документ как PDF.",
              ending=ending[:8])
        )  # fmt: skip
    if ending in PICTURES:
        return redrawn(content, PICTURES[ending])
    if ending in PACKAGES:
        if copy.depth >= DEEPEST:
            raise ValueError("too deep")
        return office_without_names(content, copy.depth + 1)
    return _unnamed(content) if ending in (".xml", ".vml") else content


def _unnamed(content: bytes) -> bytes:
    if CORRECTED.search(content):
        raise InvalidInputError(
            _("В документе остались правки (режим рецензирования), в них видны имена и удалённый текст. "
              "Нужен документ с принятыми правками.")
        )  # fmt: skip
    for pattern, put in UNSEEN:
        content = pattern.sub(put, content)
    return DRAWN.sub(lambda found: CALLED.sub(rb' \1=""', found[0]), content)


def _types(copy: _Copy) -> bytes:
    root = Tree.fromstring(copy.parts[TYPES])  # noqa: S314 - looked through when it came: no entities
    for one in list(root):
        part = one.get("PartName", "").lstrip("/")
        if not part:
            continue
        if copy.named.get(part) in copy.written:
            one.set("PartName", f"/{copy.named[part]}")
        else:
            root.remove(one)
    return _written(root)


def _written(root: Tree.Element) -> bytes:
    """Return a list as XML whose elements bear no prefixes, as office programs expect."""
    space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    if space:
        root.set("xmlns", space)
    written: bytes = Tree.tostring(root, "utf-8", xml_declaration=True)
    return written
