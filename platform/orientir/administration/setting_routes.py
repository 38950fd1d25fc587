"""Settings of the region as data: what holds, who changed it when, back to a former value."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import SETTINGS_EDIT
from orientir.administration.sections import own_region, sections, stand_in_own_region
from orientir.administration.setting_forms import SettingForm, chosen_value, form_of
from orientir.administration.setting_pages import SettingLine, find_line, past_changes, setting_groups
from orientir.administration.tables import history_table
from orientir.contracts import SettingValue
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.settings import services
from orientir.settings.models import SettingChange
from orientir.settings.queries import last_change_id
from orientir.web.access import requires, viewer

blueprint = Blueprint("settings", __name__, url_prefix="/administration/settings")
blueprint.before_request(stand_in_own_region)


@blueprint.get("", strict_slashes=False)
@requires(SETTINGS_EDIT)
def index() -> str:
    region = own_region(SETTINGS_EDIT)
    return render_template(
        "administration/settings.html", groups=setting_groups(region.id), sections=sections(), region=region
    )


@blueprint.route("/<name>", methods=["GET", "POST"])
@requires(SETTINGS_EDIT)
def setting(name: str) -> Response | str | tuple[str, int]:
    region = own_region(SETTINGS_EDIT)
    line = find_line(region.id, name)
    if file := asked_file(lambda: history_table(line.setting, past_changes(region.id, line))):
        return file
    form = form_of(line.setting, line.value, last_change_id(region.id, name))
    if not form.validate_on_submit():
        return _page(region, line, form, 400 if form.errors else 200)
    try:
        changed = _change(region, line, chosen_value(form, line.setting), seen=form.seen_change)
    except InvalidInputError as error:
        form["value"].errors = [str(error.message)]
        return _page(region, line, form, error.status)
    except ConflictError as error:
        return _told_second(region, name, str(error.message))
    flash(_("Настройка изменена: %(title)s.", title=line.setting.title) if changed else _("Так и было."), "good")
    return redirect(url_for("settings.setting", name=name, region=request.args.get("region")), 303)


@blueprint.post("/<name>/revert/<int:change_id>")
@requires(SETTINGS_EDIT)
def revert(name: str, change_id: int) -> Response | tuple[str, int]:
    """Set what an earlier change had set; that is a change like any other."""
    region = own_region(SETTINGS_EDIT)
    line = find_line(region.id, name)
    former = db.session.get(SettingChange, change_id)
    if former is None or (former.region_id, former.name) != (region.id, name):
        raise MissingError
    try:
        _change(region, line, former.value, seen=SettingForm().seen_change)
    except ConflictError as error:
        return _told_second(region, name, str(error.message))
    flash(_("Прежнее значение возвращено."), "good")
    return redirect(url_for("settings.setting", name=name, region=request.args.get("region")), 303)


def _change(region: Region, line: SettingLine, value: SettingValue, *, seen: int) -> bool:
    changed = services.change(region.id, line.setting.name, value, actor=viewer().user_id, seen=seen)
    db.session.commit()
    return changed


def _told_second(region: Region, name: str, words: str) -> tuple[str, int]:
    """Show whoever came second the value somebody else has set meanwhile."""
    region_id = region.id
    db.session.rollback()
    line = find_line(region_id, name)
    form = form_of(line.setting, line.value, last_change_id(region_id, name), is_new=True)
    form["value"].errors = [words]
    return _page(db.session.get_one(Region, region_id), line, form, 409)


def _page(region: Region, line: SettingLine, form: SettingForm, status: int) -> tuple[str, int]:
    page = render_template(
        "administration/setting.html",
        line=line,
        form=form,
        region=region,
        past=past_changes(region.id, line),
        sections=sections(),
    )
    return page, status
