"""Says what a guide is made of: every table, its keys, and the rules between them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guides.distress import PLAIN
from guides.fields import Fields, Ledger
from guides.lines import Place
from guides.model import ConsentForm, Distress, Domain, Guide, MemoHeading, Probe, ProbeKind, Question
from guides.plaintext import figure, quoted

MOST_WAVES = 99
MOST_MINUTES = 60
MOST_QUESTIONS = 1_000
PREFILLS = ("", "marks", "jottings", "guide_log", "not_asked")

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_guide(content: Mapping[str, object], ledger: Ledger, text: str, sha256: str) -> Guide:
    """A guide out of parsed TOML; whatever is wrong is noted in the ledger, and the guide then not to be used."""
    top = Fields(content, (), ledger)
    head = top.table("guide")
    waves = head.number("waves", 1, MOST_WAVES)
    guide = Guide(
        name=head.id("name"),
        title=head.line("title"),
        version=head.line("version"),
        language=_language(head),
        source=head.paragraph("source"),
        waves=waves,
        consent=_consent(top.table("consent")),
        domains=_domains(top, waves),
        memo_headings=_memo_headings(top),
        distress=_distress(top),
        text=text,
        sha256=sha256,
    )
    head.finish()
    top.finish()
    return guide


def _language(head: Fields) -> str:
    language = head.line("language")
    if language and not _LANGUAGE.fullmatch(language):
        head.note("language", f"must be a language code such as en or pt-BR, not {quoted(language)}")
    return language


def _consent(form: Fields) -> ConsentForm:
    consent = ConsentForm(
        version=form.line("version"),
        date=form.day("date"),
        intro=form.paragraph("intro"),
        taking_part=form.paragraph("taking_part"),
        audio=form.paragraph("audio"),
        quoting=form.paragraph("quoting"),
        contact=form.paragraph("contact"),
    )
    form.finish()
    return consent


def _distress(top: Fields) -> Distress:
    card = top.table_if_any("distress")
    return PLAIN if card is None else read_distress(card)


def read_distress(card: Fields) -> Distress:
    """The card for a moment of distress; whatever is wrong with its table is noted."""
    distress = Distress(say=card.paragraph("say"), call=card.paragraph("call"))
    card.finish()
    return distress


def _domains(top: Fields, waves: int) -> tuple[Domain, ...]:
    domain_ids, question_ids = _Ids(), _Ids()
    domains = []
    for fields in top.tables("domain", needed="a guide needs at least one [[domain]]"):
        domain = Domain(
            id=domain_ids.take(fields),
            title=fields.line("title"),
            group=fields.line("group"),
            questions=_questions(fields, question_ids, waves),
        )
        fields.finish()
        domains.append(domain)
    if sum(len(domain.questions) for domain in domains) > MOST_QUESTIONS:
        top.note("domain", f"there are more than {MOST_QUESTIONS} questions in this guide")
    return tuple(domains)


def _questions(domain: Fields, ids: _Ids, waves: int) -> tuple[Question, ...]:
    tables = domain.tables("question", needed="a domain needs at least one [[domain.question]]")
    return tuple(_question(fields, ids, waves) for fields in tables)


def _question(fields: Fields, ids: _Ids, waves: int) -> Question:
    core = fields.yes_or_no("core")
    question = Question(
        id=ids.take(fields),
        text=fields.line("text"),
        core=core,
        waves=_waves(fields, waves, core),
        minutes=fields.number("minutes", 1, MOST_MINUTES),
        probes=_probes(fields),
    )
    fields.finish()
    return question


def _waves(fields: Fields, most: int, core: bool) -> tuple[int, ...]:
    """The waves a question is asked in, each of them once and none above the guide's own number."""
    waves: list[int] = []
    items = fields.items("waves", needed="a core question is asked in at least one wave" if core else "")
    for position, item in enumerate(items):
        if problem := _wave_problem(item, most, waves):
            fields.ledger.note((*fields.place, "waves", position), problem)
        elif isinstance(item, int):
            waves.append(item)
    return tuple(sorted(waves))


def _wave_problem(item: object, most: int, before: list[int]) -> str:
    if isinstance(item, bool) or not isinstance(item, int):
        return "must be a list of wave numbers without quotes, such as [1, 2]"
    if item < 1:
        return "waves count from 1"
    if item > most:
        return f"must not be above the guide's own number of waves, which is {most}, and there is {figure(item)}"
    return f"wave {item} stands here twice" if item in before else ""


def _probes(fields: Fields) -> tuple[Probe, ...]:
    """The probes, written as a list ``probes`` or each as its own ``[[domain.question.probe]]``."""
    if "probe" in fields and "probes" in fields:
        fields.note("probe", "write the probes either as probes = [...] or as [[domain.question.probe]], not both")
    return tuple(_probe(probe) for key in ("probes", "probe") for probe in fields.tables(key))


def _probe(fields: Fields) -> Probe:
    kind = fields.line("kind")
    kinds = [known.value for known in ProbeKind]
    if kind and kind not in kinds:
        fields.note("kind", f"must be one of {', '.join(kinds)}, not {quoted(kind)}")
    probe = Probe(ProbeKind(kind) if kind in kinds else ProbeKind.CLARIFY, fields.line("text"))
    fields.finish()
    return probe


def _memo_headings(top: Fields) -> tuple[MemoHeading, ...]:
    ids = _Ids()
    headings = []
    for fields in top.tables("memo"):
        heading = MemoHeading(
            id=ids.take(fields),
            title=fields.line("title"),
            hint=fields.line("hint", optional=True),
            prefill=fields.line("prefill", optional=True),
        )
        if heading.prefill not in PREFILLS:
            known = ", ".join(PREFILLS[1:])
            fields.note("prefill", f"must be one of {known}, or left out, not {quoted(heading.prefill)}")
        fields.finish()
        headings.append(heading)
    return tuple(headings)


class _Ids:
    """The ids taken so far among things of one sort, and the line of each."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def take(self, fields: Fields) -> str:
        """The id of this table; one that is taken already is noted."""
        place: Place = (*fields.place, "id")
        wanted = fields.id()
        if wanted in self._lines:
            fields.note("id", f"{quoted(wanted)} is taken already, in line {self._lines[wanted]}")
        elif wanted:
            self._lines[wanted] = fields.ledger.line_of(place)
        return wanted
