"""What is told of a scribe beside what it says itself: that it was lost, what it was lost to, what came of that."""

from __future__ import annotations

from dataclasses import dataclass

from transcribe import wire
from transcribe.compute import CARD_FAILED
from tui.events import Notice
from tui.restarting import cannot_be_started


@dataclass(frozen=True)
class ScribeLost:
    """The scribe died, or ``hung`` and was ended; another is given what it had in hand."""

    hung: bool = False

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        what = "hangs" if self.hung else "stopped"
        return Notice("scribe_restarted", f"The transcriber {what} and is being started again.")


@dataclass(frozen=True)
class ScribeWaits:
    """There is no memory, no descriptor, no Python for a scribe; all that is owed waits until one can be started."""

    why: str

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        return Notice("scribe_waits", f"The transcriber {cannot_be_started(self.why)} and is tried again.")


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
class Refused:
    """What was heard may not be written to the study any more, as where consent was taken back elsewhere."""

    text: str

    @property
    def notice(self) -> Notice:
        """In the study's own sentence."""
        return Notice("study", self.text)


Report = (
    wire.ScribeReport | ScribeLost | ScribeWaits | CardLost | OtherModel | SetAside | Unattributed | Refused | NoScribe
)
