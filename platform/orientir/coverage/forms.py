"""The planned share of a year, as people write it."""

from __future__ import annotations

import re
from fractions import Fraction

from wtforms import StringField
from wtforms.validators import InputRequired

from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.web.page_form import PageForm

PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*%?")


class TargetForm(PageForm):
    percent = StringField(_l("Цель, %"), [InputRequired(_l("Напишите цель в процентах, например 65."))])

    def share(self) -> Fraction:
        """Return the planned share as a part of one; raises InvalidInputError (field «percent»)."""
        found = PERCENT.fullmatch((self.percent.data or "").strip())
        if found is None:
            raise InvalidInputError(_("Напишите цель в процентах, например 65 или 67,5."), "percent")
        hundredths = (found[2] or "").ljust(2, "0")
        return Fraction(int(found[1]) * 100 + int(hundredths), 10_000)
