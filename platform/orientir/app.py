"""The roof: the one place where ground, toolkit, people, blocks and plugins meet."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from orientir import paths
from orientir.accounts.own_routes import blueprint as account
from orientir.accounts.routes import blueprint as accounts
from orientir.accounts.second_factor_routes import blueprint as second_factor
from orientir.accounts.sessions import init_sessions
from orientir.administration.routes import PAGES as ADMINISTRATION
from orientir.bookings.host_telling import NEW_AT_HOST
from orientir.bookings.notice_kinds import BOOKING_KINDS
from orientir.bookings.routes import CODES as BOOKING_CODES
from orientir.bookings.routes import PAGES as BOOKING_PAGES
from orientir.bookings.telling import TRIPS_TOMORROW
from orientir.config import Config, load_config
from orientir.contracts import JobKind, Manifest
from orientir.coverage.routes import blueprint as coverage
from orientir.db import db
from orientir.errors import ConfigError, PluginError
from orientir.front.calls import blueprint as calls
from orientir.front.context import init_context
from orientir.front.figures import blueprint as figures
from orientir.front.headlines import init_headlines
from orientir.front.routes import blueprint as front
from orientir.i18n import init_translations
from orientir.jobs.queue import init_jobs
from orientir.jobs.routes import blueprint as jobs
from orientir.jobs.tasks import RUN_TASK, init_tasks
from orientir.lists.applying import IMPORT_JOB
from orientir.lists.importers import init_lists
from orientir.lists.routes import blueprint as lists
from orientir.notices import staff_routes as _staff_routes  # noqa: F401 - its pages join the blueprint
from orientir.notices.mail_off_routes import blueprint as mail_off
from orientir.notices.mail_off_routes import init_mail_off
from orientir.notices.routes import blueprint as notices
from orientir.notices.routes import init_notices
from orientir.organisations.contact_routes import blueprint as contacts
from orientir.organisations.import_routes import blueprint as organisation_lists
from orientir.organisations.importing import ORGANISATIONS
from orientir.organisations.municipality_routes import blueprint as municipalities
from orientir.organisations.routes import blueprint as organisations
from orientir.people.handover_routes import blueprint as handover
from orientir.people.invitation_routes import blueprint as invitations
from orientir.people.routes import blueprint as people
from orientir.plugins import Plugins, init_plugins
from orientir.questionnaires import parse_document
from orientir.questionnaires.mixing import check_mixed
from orientir.reorganisation.routes import blueprint as reorganisation
from orientir.students.cards import CARD_CODE
from orientir.students.import_routes import blueprint as class_lists
from orientir.students.importing import CLASSES
from orientir.students.pages import PAGES as STUDENT_PAGES
from orientir.upkeep import scheduled_tasks
from orientir.web import access
from orientir.web.application import Application
from orientir.web.assets import init_assets
from orientir.web.error_pages import init_error_pages
from orientir.web.form_tokens import init_form_tokens
from orientir.web.formats import init_formats
from orientir.web.headers import init_headers
from orientir.web.kept_parts import init_kept_parts
from orientir.web.numbers import init_numbers
from orientir.web.observing import init_observing
from orientir.web.once import init_once
from orientir.web.ready import init_ready
from orientir.web.throttle import init_throttle
from orientir.web.transactions import init_transactions
from orientir.web.uploads import init_uploads

PEOPLE_PAGES = (accounts, account, second_factor, people, invitations, handover)
TREE_PAGES = (organisations, contacts, municipalities, reorganisation, *STUDENT_PAGES)
LIST_PAGES = (jobs, lists, organisation_lists, class_lists)
FIGURE_PAGES = (coverage, figures, calls)
PLATFORM_PAGES = (
    *(front, *PEOPLE_PAGES, *TREE_PAGES, *LIST_PAGES),
    *(*FIGURE_PAGES, *BOOKING_PAGES, notices, mail_off, *ADMINISTRATION),
)
PLATFORM_CODES = (CARD_CODE, *BOOKING_CODES)
PLATFORM_JOBS: tuple[JobKind, ...] = (RUN_TASK, IMPORT_JOB)
PLATFORM_LISTS = (ORGANISATIONS, CLASSES)


def create_app(config: Config | None = None, *, plugins: Mapping[str, object] | None = None) -> Flask:
    """Return the application set up by `config` (default: environment and file).

    `plugins` adds plugin objects by name to the configured ones. Raises ConfigError for an unsafe or wrong set-up and
    for a platform endpoint without an access rule; a plugin in that case is dropped and named in the log.
    """
    config = config or load_config()
    config.check()
    app = Application("orientir", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _configure(app, config)
    db.init_app(app)
    init_observing(app, trusts_proxy=config.trusted_proxies > 0)
    init_ready(app)
    Babel(app, default_locale="ru")
    init_translations(app)
    Compress(app)
    _init_toolkit(app, config)
    init_sessions(app, config)
    app.before_request(access.enforce)
    init_once(app)
    init_jobs(app, PLATFORM_JOBS)
    init_tasks(app, scheduled_tasks)
    init_lists(app, PLATFORM_LISTS)
    init_context(app)
    init_notices(app, BOOKING_KINDS, (TRIPS_TOMORROW, NEW_AT_HOST))
    init_mail_off(app)
    init_headlines(app)
    for blueprint in PLATFORM_PAGES:
        app.register_blueprint(blueprint)
    bare = access.undeclared(app)
    if bare:
        raise ConfigError(f"endpoints without an access rule: {', '.join(bare)}")
    _mount(app, init_plugins(app, config.plugins, plugins, PLATFORM_CODES))
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        ORIENTIR=config,
        SECRET_KEY=config.secret_key,
        DEBUG=config.debug,
        TESTING=config.env == "testing",
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # an error of the database must not quote anybody
        MAX_CONTENT_LENGTH=config.max_request_kilobytes * 1024,
        MAX_FORM_MEMORY_SIZE=config.max_request_kilobytes * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="orientir",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        WTF_CSRF_TIME_LIMIT=None,  # a draft may wait until tomorrow; nothing may expire in it
        WTF_CSRF_SSL_STRICT=False,  # the Referer check breaks behind school proxies; the token is enough
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_MIN_SIZE=400,
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _init_toolkit(app: Flask, config: Config) -> None:
    init_transactions(app)
    init_uploads(app)
    init_form_tokens(app)
    init_throttle(app, config.limits_storage)
    init_error_pages(app)
    init_headers(app, https=config.is_https)
    init_assets(app)
    init_kept_parts(app)
    init_formats(app)
    init_numbers(app)


def _mount(app: Flask, plugins: Plugins) -> None:
    """Open the pages of each plugin, once it is sure that all of it will do."""
    for manifest in list(plugins.manifests.values()):
        try:
            _inspect(app, manifest)
            for blueprint in manifest.blueprints:
                app.register_blueprint(blueprint)
        except Exception as error:  # a stranger's code may raise anything; the platform must start without it
            plugins.drop(manifest.name, error)


def _inspect(app: Flask, manifest: Manifest) -> None:
    """Raise PluginError or QuestionnaireError for what must not be mounted.

    The pages are tried on an empty application: what was once registered on a real one could not be taken back.
    """
    for source in manifest.questionnaires:
        parse_document(source)
    check_mixed(manifest.mixed_tables)
    trial = Flask("trial", static_folder=None)
    for blueprint in manifest.blueprints:
        if blueprint.name in app.blueprints:
            raise PluginError(f"the name of blueprint «{blueprint.name}» is taken")
        trial.register_blueprint(blueprint)
    if bare := access.undeclared(trial):
        raise PluginError(f"endpoints without an access rule: {', '.join(bare)}")
    plain = {rule.endpoint for rule in trial.url_map.iter_rules() if not rule.arguments}
    if lost := [one.endpoint for one in manifest.card_pages if one.endpoint not in plain]:
        raise PluginError(f"card_pages that are not its pages: {', '.join(lost)}")
    taken = {rule.rule for rule in app.url_map.iter_rules()} & {rule.rule for rule in trial.url_map.iter_rules()}
    if taken:
        raise PluginError(f"addresses that are taken: {', '.join(sorted(taken))}")
