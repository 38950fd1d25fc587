"""The kinds of files that are taken, and how content tells which it is: what a name says counts for nothing."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    JPG = "jpg"
    PNG = "png"

    @property
    def words(self) -> str:
        """The kind as people name it: «PDF»."""
        return self.upper()

    @property
    def mimetype(self) -> str:
        return _MIMETYPES[self]

    @property
    def is_picture(self) -> bool:
        return self in (FileKind.JPG, FileKind.PNG)


DOCUMENTS = (FileKind.PDF, FileKind.DOCX, FileKind.PPTX)
PICTURES = (FileKind.JPG, FileKind.PNG)
EVERY_KIND = (*DOCUMENTS, *PICTURES)

_OFFICE = "application/vnd.openxmlformats-officedocument"
_MIMETYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.PPTX: f"{_OFFICE}.presentationml.presentation",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
}
