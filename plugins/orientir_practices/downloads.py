"""What was signed as a file: the PDF opens in the browser, the DOCX is saved."""

from __future__ import annotations

from io import BytesIO

from flask import Response, g, send_file

from orientir.documents.docx import MIMETYPE as DOCX
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir_practices import papers, signing
from orientir_practices.jury_models import Protocol, ProtocolKind
from orientir_practices.models import Contest


def pdf_of(contest: Contest, kind: ProtocolKind) -> Response:
    """Return what was signed as a PDF; raises ConflictError where nothing is."""
    made = BytesIO(papers.protocol_pdf(_signed(contest, kind)))
    return send_file(made, "application/pdf", download_name=f"{_name(kind)}.pdf")


def docx_of(contest: Contest, kind: ProtocolKind) -> Response:
    """Return the same as a DOCX."""
    made = BytesIO(papers.protocol_docx(_signed(contest, kind)))
    return send_file(made, DOCX, as_attachment=True, download_name=f"{_name(kind)}.docx")


def _signed(contest: Contest, kind: ProtocolKind) -> Protocol:
    signed = signing.find_signed(contest, kind)
    if signed is None:
        raise ConflictError(_("Протокол ещё не подписан."))
    g.region = contest.region
    return signed


def _name(kind: ProtocolKind) -> str:
    return _("Шорт-лист") if kind == ProtocolKind.SHORTLIST else _("Протокол")
