"""What is told of a scribe beside what it says itself: that it was lost, what it was lost to, what came of that."""

from __future__ import annotations

from dataclasses import dataclass

from transcribe import wire
from transcribe.compute import CARD_FAILED
from tui.events import Notice


@dataclass(frozen=True)
class ScribeLost:
    """The scribe died; it is being started again and what it had in hand is given to it anew."""

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        return Notice("scribe_restarted", "The transcriber stopped and is being started again.")


@dataclass(frozen=True)
class CardLost:
    """The scribe died of its graphics card; it is being started again on the processor, and nothing is lost."""

    @property
    def notice(self) -> Notice:
        """In a sentence, the one that a scribe says which survives its card."""
        return Notice("device_fallback", CARD_FAILED)


@dataclass(frozen=True)
class OtherModel:
    """Without its graphics card this machine is too slow for the model it began with; a smaller one reads on."""

    model: str

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        return Notice("other_model", f"Without the graphics card, the smaller model {self.model} reads on.")


@dataclass(frozen=True)
class SetAside:
    """A stretch that could not be heard: the scribe died on it again and again, or says that it can't. No id: a scan.

    ``lasting`` where the model itself failed at it twice; else it may be heard another time.
    """

    id: str
    lasting: bool = False


@dataclass(frozen=True)
class Unattributed:
    """Whose the utterances are can't be told."""

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        return Notice("unattributed", "Who speaks could not be told apart; press 1 or 2 on an utterance to say so.")


@dataclass(frozen=True)
class NoScribe:
    """There is no scribe: the model can't be loaded. Sound is recorded all the same."""

    text: str


@dataclass(frozen=True)
class Unwritten:
    """What was heard can't be written to the study, as on a full disk; it is heard again when it can."""

    text: str

    @property
    def notice(self) -> Notice:
        """In the study's own sentence."""
        return Notice("study", self.text)


Report = wire.ScribeReport | ScribeLost | CardLost | OtherModel | SetAside | Unattributed | Unwritten | NoScribe
