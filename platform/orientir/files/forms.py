"""The field a file is sent by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField

from orientir.errors import InvalidInputError
from orientir.files.kinds import EVERY_KIND, FileKind
from orientir.files.reading import Upload, kinds_in_words, read_upload
from orientir.i18n import LazyText, _
from orientir.web.uploads import LARGEST_FILE


class UploadField(FileField):
    """A file of one of `kinds`, at most 10 MB; its view is one that `takes_file`."""

    def __init__(self, label: LazyText, *, kinds: Sequence[FileKind] = EVERY_KIND, **options: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, **options)
        self.kinds = kinds

    @property
    def limits(self) -> str:
        """What is taken, in words."""
        return _("%(kinds)s, не больше 10 МБ.", kinds=kinds_in_words(self.kinds))

    @property
    def accepted(self) -> str:
        """What a browser offers to choose from."""
        return ",".join(f".{kind}" for kind in (*self.kinds, *(["jpeg"] if FileKind.JPG in self.kinds else [])))

    def brought(self) -> Upload:
        """Return what was sent, checked; raises InvalidInputError naming this field."""
        sent = self.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise InvalidInputError(_("Выберите файл."), self.name)
        try:
            return read_upload(sent.stream.read(LARGEST_FILE + 1), sent.filename, self.kinds)
        except InvalidInputError as error:
            raise InvalidInputError(error.message, self.name) from error
