"""Somebody brings a list: uploads it, matches columns, answers, confirms; used wherever an importer is tested."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from orientir.db import db
from orientir.jobs.queue import run_waiting
from orientir.lists.models import ListImport


class Bringer:
    """Somebody who brings a list and goes through its pages."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app = app
        self.client = client
        self.address = ""

    def bring(self, where: str, *, file: bytes | None = None, pasted: str = "") -> TestResponse:
        """Bring a file or pasted cells; returns the answer, and remembers the address of the list."""
        data: dict[str, Any] = {"pasted": pasted}
        if file is not None:
            data["file"] = (BytesIO(file), "список.bin")
        answer = self.client.post(where, data=data, content_type="multipart/form-data")
        self.address = answer.location or ""
        return answer

    def match(self, **said: str) -> TestResponse:
        """Send the form of the columns as it is proposed, but for what is `said`."""
        fields = form_fields(self.page("?step=matching"), f"{self.address}/matching")
        return self.client.post(f"{self.address}/matching", data=fields | said)

    def choose(self, *answers: str) -> TestResponse:
        fields = form_fields(self.page(), f"{self.address}/choices")
        said = {f"choice-{number}": answer for number, answer in enumerate(answers)}
        return self.client.post(f"{self.address}/choices", data=fields | said)

    def confirm(self) -> TestResponse:
        """Confirm what the page shows; the work waits."""
        fields = form_fields(self.page(), f"{self.address}/confirm")
        return self.client.post(f"{self.address}/confirm", data=fields)

    def load(self) -> str:
        """Confirm, work, and return the page of the outcome."""
        self.confirm()
        run_waiting(self.app)
        return self.page()

    def page(self, query: str = "") -> str:
        answer = self.client.get(self.address + query)
        assert answer.status_code == 200
        return answer.text

    @property
    def counts(self) -> dict[str, int]:
        db.session.rollback()
        return dict(self.found.counts)

    @property
    def found(self) -> ListImport:
        return db.session.get_one(ListImport, int(self.address.rpartition("/")[2]), populate_existing=True)


def form_fields(page: str, action: str) -> dict[str, str]:
    """Return the fields of the form that posts to `action`, as a browser would send it untouched."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form to {action} in {page}"
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = unescape(value[1]) if value else ""
    for select in re.findall(r"<select.*?</select>", form[0], re.DOTALL):
        (name,) = re.findall(r'name="([^"]*)"', select)[:1]
        chosen = re.findall(r'<option selected value="([^"]*)"', select) or re.findall(
            r'<option value="([^"]*)"', select
        )
        fields[name] = unescape(chosen[0])
    return fields
