"""What an interview guide is: domains, questions with probes, memo headings and consent wording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ProbeKind(StrEnum):
    """Why a probe is asked."""

    CLARIFY = "clarify"
    EXAMPLE = "example"
    CONTRAST = "contrast"
    CHANGE = "change"


@dataclass(frozen=True)
class Probe:
    """A follow-on to a question, ready to be spoken."""

    kind: ProbeKind
    text: str


@dataclass(frozen=True)
class Question:
    """One open question, with the waves it is asked in and the minutes it may take."""

    id: str
    text: str
    core: bool
    waves: tuple[int, ...]
    minutes: int
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class Domain:
    """A topic of the guide; the title is what the interviewer reads in the list."""

    id: str
    title: str
    group: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class MemoHeading:
    """An optional heading of the memo; ``prefill`` names what it is filled from, if anything.

    ``prefill`` is one of ``marks``, ``jottings``, ``guide_log``, ``not_asked`` or empty.
    """

    id: str
    title: str
    hint: str
    prefill: str


@dataclass(frozen=True)
class ConsentForm:
    """The wording of the four decisions, and the version of the form it stands on."""

    version: str
    date: str
    intro: str
    taking_part: str
    audio: str
    quoting: str
    contact: str


@dataclass(frozen=True)
class Distress:
    """The card for a moment of distress: what the interviewer may say, and whom to call."""

    say: str
    call: str


@dataclass(frozen=True)
class Guide:
    """A whole guide, with the exact text it was read from and that text's SHA-256."""

    name: str
    title: str
    version: str
    language: str
    source: str
    waves: int
    consent: ConsentForm
    domains: tuple[Domain, ...]
    memo_headings: tuple[MemoHeading, ...]
    distress: Distress
    text: str
    sha256: str

    def questions(self) -> Iterator[Question]:
        """Every question, in guide order."""
        for domain in self.domains:
            yield from domain.questions

    def for_wave(self, wave: int) -> tuple[Question, ...]:
        """The questions asked in this wave, in guide order."""
        return tuple(question for question in self.questions() if wave in question.waves)

    def core_for(self, wave: int) -> tuple[Question, ...]:
        """The core questions of this wave: what guide fidelity is measured on."""
        return tuple(question for question in self.for_wave(wave) if question.core)

    def question(self, question_id: str) -> Question:
        """The question with this id; raises KeyError when the guide has none."""
        for question in self.questions():
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def domain_of(self, question_id: str) -> Domain:
        """The domain that holds this question; raises KeyError when none does."""
        for domain in self.domains:
            if any(question.id == question_id for question in domain.questions):
                return domain
        raise KeyError(question_id)
