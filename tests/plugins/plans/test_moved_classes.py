"""A school that has slips for its new classes does not take the move back, though the platform knows no slip."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import Cast

from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.class_names import ClassName
from orientir.students.moving import Plan, move_on
from orientir.students.moving_back import take_back
from orientir.students.queries import move_of
from orientir.students.renaming import correct_name
from orientir_plans.models import Slip, Wave

YEAR = AcademicYear(2025)


def test_slips_of_a_new_class_hinder_the_way_back(cast: Cast, wave: Wave):
    move_on(cast.school, Plan(YEAR, {cast.school_class.id: ClassName(10, 10, "А")}), actor=None)
    moved = move_of(cast.school_class.id)
    db.session.add(Slip(wave=wave, class_id=moved.next_id, number=1))
    db.session.commit()
    with pytest.raises(ConflictError, match="10«А»: Профессиональные планы выпускников"):
        take_back(cast.school, YEAR, actor=None)


def test_slips_keep_the_grade_and_leave_the_letter_free(cast: Cast, wave: Wave):
    db.session.add(Slip(wave=wave, class_id=cast.school_class.id, number=1))
    db.session.commit()
    correct_name(cast.school_class, "9Г", actor=None)
    db.session.commit()
    with pytest.raises(InvalidInputError, match="Профессиональные планы выпускников"):
        correct_name(cast.school_class, "11Г", actor=None)
