"""All pages of the package, for the roof."""

from __future__ import annotations

from orientir.students.card_routes import blueprint as cards
from orientir.students.headcount_routes import blueprint as headcounts
from orientir.students.moving_routes import blueprint as moving
from orientir.students.name_routes import blueprint as class_name
from orientir.students.routes import blueprint as students

PAGES = (students, cards, class_name, headcounts, moving)
