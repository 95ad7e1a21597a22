"""The orders of a session that is led by lines: one method each, and what ``help`` says of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from store import Decision, Kind, Note, StateError, StoreError
from tui.distress import as_lines, card_of
from tui.printing import counted_notes, say
from tui.session import Conductor
from tui.times import clock_time

Order = Callable[[str], Awaitable[None]]

HELP = """\
ask [QUESTION]     the next question of the guide is asked (or the one named)
back               back to the question before
skip [QUESTION]    the next question is passed by
follow [TEXT]      a follow-up question that is not in the guide
mark [TEXT]        flag this moment
note TEXT          keep a note
pause · resume     off the record, on the record again
distress           off the record at once; shows what to say and whom to call
unstamp [QUESTION] the newest move in the guide was a mistake (or the asking or skipping of this question)
notes              what was typed so far, each note with its id
fix NOTE TEXT      put other words in place of a note's; of those before nothing is left
drop NOTE          destroy a note
strike SECONDS     destroy the last seconds, sound and words (of a session of notes: what was typed)
strike notes       destroy what was typed in the stretch struck last
withdraw           audio consent is taken back: the recording is destroyed
withdraw words     the same, and the words that were written down
withdraw quoting   they are not to be quoted after all; `withdraw contact`: nor contacted again
wait SECONDS|end   let the time pass; what can't wait is obeyed meanwhile
stop               end the session; the memo opens
memo TEXT          add a line to the memo (after stop)
quit               stop, if need be, and leave"""

_TAKEN_BACK = {"quoting": Kind.QUOTING, "contact": Kind.CONTACT}
_TYPED = ("follow", "mark", "note", "fix", "memo")
"""The orders with words that would be lost with them."""
_AFTERWARDS = {
    "note": "`memo TEXT` puts it into the memo.",
    "mark": "`memo TEXT` puts it into the memo.",
    "strike": "Nothing more can be struck in it; `vivavoce withdraw {id}` destroys the recording, and with "
    "--transcript the words.",
    "withdraw": "`vivavoce withdraw {id}` takes consent back.",
}
"""What can be done instead in a session that has ended."""


class Orders:
    """Carries out one order on a session; each method gets what stands behind the order's name."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._memo_lines: list[str] = []
        self._struck: tuple[int, int] | None = None

    def named(self, name: str) -> Order | None:
        """The order of this name; None where there is none."""
        return getattr(self, f"_do_{name}", None)

    def refusal(self, name: str, rest: str, why: StoreError) -> str:
        """Why an order was refused, what can be done instead, and the words that came with it, which were not kept."""
        sentences = [str(why)]
        if self._conductor.memo is not None and name in _AFTERWARDS:
            sentences.append(_AFTERWARDS[name].format(id=self._conductor.session.id))
        if rest and name in _TYPED:
            sentences.append(f"Not kept: {rest}")
        return " ".join(sentences)

    async def _do_ask(self, rest: str) -> None:
        if not self._conductor.ask(rest or None):
            say("Every question of this wave was asked.")

    async def _do_back(self, _: str) -> None:
        if not self._conductor.back():
            say("This is the first question.")

    async def _do_skip(self, rest: str) -> None:
        if not self._conductor.skip(rest or None):
            say("There is no question left to skip.")

    async def _do_follow(self, rest: str) -> None:
        self._conductor.follow(rest or None)

    async def _do_mark(self, rest: str) -> None:
        self._conductor.mark(rest or None)

    async def _do_note(self, rest: str) -> None:
        if rest:
            self._conductor.jot(rest)
        else:
            say("A note needs words: note TEXT.")

    async def _do_pause(self, _: str) -> None:
        self._conductor.pause()
        await self._conductor.settled()

    async def _do_resume(self, _: str) -> None:
        self._conductor.resume()
        await self._conductor.settled()

    async def _do_distress(self, _: str) -> None:
        try:
            self._conductor.distress()
        finally:  # whatever can't be written, the card is there
            for line in as_lines(card_of(self._conductor.study, self._conductor.guide)):
                say(line)
        await self._conductor.settled()

    async def _do_unstamp(self, rest: str) -> None:
        if self._conductor.unstamp(rest or None) is None:
            say("There is nothing to take back: no move was made in the guide.")

    async def _do_notes(self, _: str) -> None:
        notes = self._conductor.study.log.typed(self._conductor.session.id)
        for note in notes:
            _show(note)
        if not notes:
            say("Nothing was typed yet.")

    async def _do_fix(self, rest: str) -> None:
        note, _, text = rest.partition(" ")
        if note and text.strip():
            self._conductor.correct(note, text.strip())
        else:
            say("Which note, and what is it to say? fix NOTE TEXT; `notes` lists them.")

    async def _do_drop(self, rest: str) -> None:
        if rest:
            self._conductor.strike_note(rest)
        else:
            say("Which note? drop NOTE; `notes` lists them.")

    async def _do_strike(self, rest: str) -> None:
        seconds = _seconds(rest)
        if rest == "notes":
            await self._strike_notes()
        elif seconds is None:
            say("Strike how much? strike SECONDS, for instance: strike 60.")
        else:
            await self._strike(seconds)

    async def _strike(self, seconds: float) -> None:
        """Reaches back from the newest sound. What was typed in the stretch is shown before it goes, or stays."""
        conductor = self._conductor
        self._struck = conductor.stretch(seconds)
        typed, recorded = conductor.typed_within(*self._struck), conductor.recording
        for note in typed:
            _show(note)
        await conductor.strike(seconds)
        if typed and recorded:
            count = counted_notes(len(typed))
            say(f"What was typed in that stretch stays ({count}); `strike notes` destroys it too.")

    async def _strike_notes(self) -> None:
        if self._struck is None:
            say("Nothing was struck yet: strike SECONDS first.")
            return
        start_ms, end_ms = self._struck
        for note in self._conductor.typed_within(start_ms, end_ms):
            self._conductor.strike_note(note.id)

    async def _do_withdraw(self, rest: str) -> None:
        conductor, kind = self._conductor, _TAKEN_BACK.get(rest)
        if rest in ("", "words"):
            await conductor.withdraw(transcript=bool(rest))
        elif kind is None:
            say("What is taken back? withdraw, withdraw words, withdraw quoting or withdraw contact.")
        elif conductor.study.consent.newest(conductor.session.id).get(kind) is Decision.GRANTED:
            conductor.decide(kind, Decision.WITHDRAWN)
        else:
            say("They did not agree to that in this session: there is nothing to take back.")

    async def _do_wait(self, rest: str) -> None:
        seconds = _seconds(rest)
        if rest == "end":
            await self._conductor.until_over()
        elif seconds is None:
            say("Wait how long? wait SECONDS, or wait end.")
        else:
            await self._conductor.until_played(self._conductor.played_ms + round(seconds * 1000))

    async def _do_stop(self, _: str) -> None:
        await self._conductor.stop()

    async def _do_memo(self, rest: str) -> None:
        conductor = self._conductor
        if conductor.memo is None and conductor.sound_over and conductor.source.replay is not None:
            await conductor.stop()  # as the end of the sound does: the memo is being opened
        if conductor.memo is None:
            raise StateError("The memo opens when the session has stopped; use note TEXT until then.")
        written = "".join(f"{line}\n" for line in self._memo_lines)
        text = f"{written}{rest}\n{conductor.memo.text.removeprefix(written)}"
        conductor.write_memo(text)
        self._memo_lines.append(rest)
        if conductor.memo.text != text:
            say("This memo was written elsewhere meanwhile: both are kept, the other one below.")

    async def _do_help(self, _: str) -> None:
        for line in HELP.splitlines():
            say(line)


def _show(note: Note) -> None:
    off = " (off the record)" if note.off_record else ""
    say(f"{note.id}  {clock_time(note.at_ms)}{off}  {note.text}")


def _seconds(text: str) -> float | None:
    """A positive number of seconds below a day, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 86_400 else None
