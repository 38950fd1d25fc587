"""The pages of the lists events choose from, for whoever publishes in the whole region."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import LazyText, _, _l
from orientir.organisations.models import Region
from orientir.organisations.queries import region_of
from orientir.organisations.scopes import scope_of_region
from orientir.web.access import requires, viewer
from orientir.web.forms import options, show_error
from orientir.web.page_form import PageForm
from orientir_calendar import lists
from orientir_calendar.kinds import all_projects, find_project, kinds_of
from orientir_calendar.lists import COUNTED, LONGEST_KIND, LONGEST_PROJECT
from orientir_calendar.places import scope_of_own_region, scope_of_project
from orientir_calendar.routes import PUBLISH
from orientir_calendar.tables import lists_table
from orientir_calendar.words import COLORS

blueprint = Blueprint("calendar_lists", __name__, url_prefix="/calendar/lists", static_folder=None)
FormPage = Response | tuple[str, int]


class LineForm(PageForm):
    """A new line of a list."""

    title = StringField(_l("Название"), [InputRequired(_l("Напишите название."))])


class KindForm(LineForm):
    color = SelectField(_l("Цвет в календаре"), choices=options(COLORS.items()), default="slategray")
    activity = SelectField(_l("В чём считать учеников"), choices=options(COUNTED.items()))


class ChangeForm(LineForm):
    is_closed = BooleanField(_l("Больше не предлагать"))


class ChangeKindForm(ChangeForm):
    color = SelectField(_l("Цвет в календаре"), choices=options(COLORS.items()))


@blueprint.get("")
@requires(PUBLISH, scope_of_own_region)
def index() -> Response | str:
    region = _region()
    kinds, projects = kinds_of(region.id).values(), all_projects(region.id)
    if file := asked_file(lambda: lists_table(kinds, COUNTED, projects)):
        return file
    return render_template("calendar/lists.html", region=region, kinds=kinds, counted=COUNTED, projects=projects)


@blueprint.route("/kinds/new", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_own_region)
def add_kind() -> FormPage:
    region, form = _region(), KindForm()
    return _filled(
        form,
        _("Новый вид мероприятия"),
        LONGEST_KIND,
        lambda: lists.add_kind(
            region, form.title.data or "", form.activity.data or "", form.color.data or "", actor=viewer().user_id
        ),
    )


@blueprint.route("/<int:region_id>/kinds/<key>", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_region)
def kind(region_id: int, key: str) -> FormPage:
    region, line = db.session.get_one(Region, region_id), kinds_of(region_id).get(key)
    if line is None:
        raise MissingError
    form = ChangeKindForm(data={"title": str(line.title), "color": line.color, "is_closed": line.is_closed})
    return _filled(
        form,
        _("Вид мероприятия"),
        LONGEST_KIND,
        lambda: lists.change_kind(
            region,
            key,
            form.title.data or "",
            form.color.data or "",
            is_closed=bool(form.is_closed.data),
            actor=viewer().user_id,
        ),
    )


@blueprint.route("/projects/new", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_own_region)
def add_project() -> FormPage:
    region, form = _region(), LineForm()
    return _filled(
        form,
        _("Новая внешняя программа"),
        LONGEST_PROJECT,
        lambda: lists.add_project(region, form.title.data or "", actor=viewer().user_id),
    )


@blueprint.route("/projects/<int:project_id>", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_project)
def project(project_id: int) -> FormPage:
    found = find_project(project_id)
    if found is None:
        raise MissingError
    form = ChangeForm(data={"title": found.title, "is_closed": found.is_closed})
    return _filled(
        form,
        _("Внешняя программа"),
        LONGEST_PROJECT,
        lambda: lists.change_project(
            found, form.title.data or "", is_closed=bool(form.is_closed.data), actor=viewer().user_id
        ),
    )


def _filled(form: LineForm, heading: LazyText | str, most: int, save: Callable[[], object]) -> FormPage:
    """Save what a valid form says and go back to the lists, else show it with what is wrong."""
    if form.validate_on_submit():
        try:
            save()
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Сохранено: списки в формах уже новые."), "good")
            return redirect(url_for(".index"), 303)
    page = render_template("calendar/list_line.html", form=form, heading=heading, most=most)
    return page, 400 if form.errors else 200


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region
