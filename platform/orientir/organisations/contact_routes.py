"""Who answers for an organisation: its page, and the list of whom to call."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CONTACTS_EDIT, CONTACTS_VIEW
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW, Table
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.cards import EditedMeanwhileError
from orientir.organisations.conflicts import Conflict, conflict_of
from orientir.organisations.contacts import change_contact, responsible_by, responsible_of
from orientir.organisations.forms import ContactForm, FilterForm
from orientir.organisations.models import Organisation
from orientir.organisations.queries import list_organisations, municipalities_touched, region_of, today_of
from orientir.organisations.routes import FormPage, existing, page_address
from orientir.organisations.scopes import scope_of_organisation
from orientir.organisations.tables import contacts_table
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("contacts", __name__)
PERSON = ("post", "phone", "email")
PRESENCE = ("site", "document_url", "document_on", "version")


@blueprint.get("/organisations/contacts")
@requires(CONTACTS_VIEW)
def index() -> Response | str:
    scopes = viewer().scopes(CONTACTS_VIEW)
    municipalities = municipalities_touched(scopes)
    form = FilterForm(request.args)
    form.offer(municipalities)
    region = region_of(viewer())
    listed = partial(
        list_organisations,
        scopes,
        **form.wanted(),
        today=today_of(region) if region else None,
        is_unanswered=bool(form.missing.data),
    )

    def build_table() -> Table:
        every = listed(rows=EVERY_ROW).organisations
        return contacts_table(every, responsible_by([one.id for one in every]), form)

    if file := asked_file(build_table):
        return file
    page = listed(page=request.args.get("page", 1, type=int))
    return render_template(
        "organisations/contacts.html",
        form=form,
        page=page,
        people=responsible_by([one.id for one in page.organisations]),
        has_choice=len(municipalities) > 1,
        may_edit=lambda organisation: viewer().can(CONTACTS_EDIT, organisation.scope),
        page_url=page_address("contacts.index", form),
    )


@blueprint.route("/organisations/<int:organisation_id>/contact", methods=["GET", "POST"])
@requires(CONTACTS_EDIT, scope=scope_of_organisation)
def edit(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    form = ContactForm(data=_stored(found))
    conflict = None
    if form.validate_on_submit():
        try:
            change_contact(found, form.person(), form.presence(), actor=viewer().user_id, version=form.version.number)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except EditedMeanwhileError:
            db.session.rollback()
            conflict = _conflict(existing(organisation_id), form)
        else:
            db.session.commit()
            flash(_("Контакты сохранены."), "good")
            return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)
    page = render_template(
        "organisations/contact.html", form=form, organisation=existing(organisation_id), conflict=conflict
    )
    return (page, 409 if conflict else 400) if conflict or form.errors else page


def _stored(organisation: Organisation) -> dict[str, object]:
    """Return the contact as the form shows it."""
    person = responsible_of(organisation.id)
    told: dict[str, object] = {name: getattr(person, name) for name in PERSON}
    told |= {"person_name": person.name, "phone": person.phone_words}
    return told | {name: getattr(organisation, name) for name in PRESENCE}


def _conflict(found: Organisation, form: ContactForm) -> Conflict:
    form.version.data = str(found.version)
    return conflict_of(form, _stored(found), found.changed_by)
