"""The permissions of the plugin: of the tree, of one contest, of one entry; and the roles in single objects."""

from __future__ import annotations

MANAGE = "practices.manage"  # opens contests and names secretary and chair
RUN = "practices.run"  # the secretary's desk
VIEW = "practices.view"  # ranking and protocol
PRESIDE = "practices.preside"  # the chair's decisions and signature
SCORE = "practices.score"  # the sheets of one's own
SUBMIT = "practices.submit"  # begins entries of one's organisation
WRITE = "practices.write"  # one entry, as its author

SECRETARY, CHAIR, JUROR, AUTHOR = "practices.secretary", "practices.chair", "practices.juror", "practices.author"
