"""Refusals as pages that say what happened and what to do. They never touch the database."""

from __future__ import annotations

import logging

from flask import Flask, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from orientir.db import came_second, db
from orientir.errors import OrientirError
from orientir.i18n import LazyText, _, _l
from orientir.logs import request_number
from orientir.web import holders
from orientir.web.access import CodeRequired, SignInRequired
from orientir.web.uploads import read_to_the_end, too_large_words

log = logging.getLogger("orientir.errors")
Answer = Response | tuple[str, int]

TITLES: dict[int, LazyText] = {
    400: _l("Запрос не получилось прочитать"),
    403: _l("Нет права на это действие"),
    404: _l("Страница не найдена"),
    405: _l("Так этой страницей не пользуются"),
    409: _l("Данные изменились"),
    413: _l("Слишком большой запрос"),
    429: _l("Слишком много попыток"),
    500: _l("У нас ошибка"),
}
ADVICE: dict[int, LazyText] = {
    400: _l("Вернитесь назад, обновите страницу и попробуйте ещё раз. Введённое раньше сохранено."),
    403: _l("Если доступ нужен для работы, попросите о нём администратора своей организации."),
    404: _l("Проверьте адрес или начните с главной страницы: там одно поле для любого кода."),
    405: _l("Вернитесь на страницу, с которой пришли, и нажмите кнопку на ней."),
    409: _l("Откройте страницу заново: на ней уже новые данные. Потом повторите действие."),
    413: _l("Уменьшите файл или текст и отправьте ещё раз."),
    429: _l("Подождите несколько минут и попробуйте снова. Если код не подходит, попросите новый."),
    500: _l("Мы записали, что случилось. Ответы и записи, о которых сайт сообщил «сохранено», на месте."),
}


def init_error_pages(app: Flask) -> None:
    """Answer every refusal and failure of `app` with a page in words."""
    app.register_error_handler(OrientirError, _refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OperationalError, _busy_or_away)
    app.register_error_handler(Exception, _failure)


def _refusal(error: OrientirError) -> Answer:
    db.session.rollback()
    if isinstance(error, SignInRequired):
        # After a form was sent there is no page of that address to come back to.
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=wanted))
    if isinstance(error, CodeRequired):
        holders.want(error.kind, request.full_path.rstrip("?") if request.method == "GET" else "")
        return redirect(url_for("front.home", again=error.kind or "1"))
    return page(error.status, str(error.message))


def _stale_form(_error: CSRFError) -> Answer:
    return page(400, _("Страница была открыта слишком давно или в другом окне уже вошёл другой человек."))


def _http(error: HTTPException) -> Answer:
    if error.code is None or error.code < 400:
        return error.get_response()
    words = ""
    if error.code == 413:
        read_to_the_end()
        words = too_large_words()
    text, status = page(error.code, words)
    response = Response(text, status, content_type="text/html; charset=utf-8")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _collision(_error: IntegrityError) -> Answer:
    """Two people did the same thing at one moment and a constraint held: a conflict, not a failure."""
    db.session.rollback()
    log.warning("a constraint refused a concurrent write", exc_info=True)
    return page(409)


def _busy_or_away(error: OperationalError) -> Answer:
    """Tell apart who came second, and may simply come again, from a database that is away."""
    if not came_second(error):
        return _failure(error)
    db.session.rollback()
    log.warning("a transaction gave way to another", exc_info=True)
    return page(409)


def _unstorable(_error: DataError) -> Answer:
    """PostgreSQL refused a value no column can hold, such as a NUL in a text: bad input that a form let through."""
    db.session.rollback()
    log.warning("the database refused a value", exc_info=True)
    return page(400)


def _failure(_error: Exception) -> Answer:
    db.session.rollback()
    log.exception("request failed: %s %s", request.method, request.endpoint)
    return page(500)


def page(status: int, message: str = "") -> tuple[str, int]:
    """Return the page of a refusal; `message` is the sentence that fits this very case."""
    known = status if status in TITLES else (500 if status >= 500 else 400)
    words = {"code": status, "title": TITLES[known], "message": message, "what_to_do": ADVICE[known]}
    if status >= 500:
        words["number"] = request_number()
    return render_template("errors/error.html", **words), status
