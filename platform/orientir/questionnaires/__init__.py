"""Questionnaires: one engine for survey waves, forms after a trial, returns and score sheets.

A host (a plugin) ships a JSON document (schema.json), publishes it and then, for each page:

    document = document_at(version_id)
    draft = load_draft(code) or Draft()
    sections = visible_sections(document, facts, draft.answers)
    section = section_at(sections, wanted) or sections[0]
    parsed = parse_section(section, request.form, facts)          # on POST
    answers = merge_answers(draft.answers, section, parsed)
    save_draft(code, replace(draft, answers=answers, section=...), expires_on=...)

and to send: `first_gap` must return None, then store `clean_answers` and `delete_draft`.
The pages are drawn by the macros in templates/questionnaires.
"""

from orientir.questionnaires.answers import Parsed, merge_answers, parse_section
from orientir.questionnaires.document import Answers, Document, Kind, Question, Section
from orientir.questionnaires.drafts import Draft
from orientir.questionnaires.facts import Facts, Suggestion
from orientir.questionnaires.flow import (
    clean_answers,
    first_gap,
    next_section,
    previous_section,
    section_at,
    visible_sections,
)
from orientir.questionnaires.parsing import parse_document
from orientir.questionnaires.problems import QuestionnaireError
from orientir.questionnaires.queries import document_at, load_draft
from orientir.questionnaires.review import review_sections
from orientir.questionnaires.services import delete_draft, publish, purge_drafts, save_draft

__all__ = [
    "Answers",
    "Document",
    "Draft",
    "Facts",
    "Kind",
    "Parsed",
    "Question",
    "QuestionnaireError",
    "Section",
    "Suggestion",
    "clean_answers",
    "delete_draft",
    "document_at",
    "first_gap",
    "load_draft",
    "merge_answers",
    "next_section",
    "parse_document",
    "parse_section",
    "previous_section",
    "publish",
    "purge_drafts",
    "review_sections",
    "save_draft",
    "section_at",
    "visible_sections",
]
