"""The orders of a session that is led by lines: one method each, and what ``help`` says of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from store import Decision, Kind, Note
from tui.distress import as_lines, card_of
from tui.printing import counted_notes, remark
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
wait SECONDS|end   let the time pass
stop               end the session; the memo opens
memo TEXT          add a line to the memo (after stop)
quit               stop, if need be, and leave"""

_TAKEN_BACK = {"quoting": Kind.QUOTING, "contact": Kind.CONTACT}


class Orders:
    """Carries out one order on a session; each method gets what stands behind the order's name."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._memo_lines: list[str] = []
        self._struck: tuple[int, int] | None = None

    def named(self, name: str) -> Order | None:
        """The order of this name; None where there is none."""
        return getattr(self, f"_do_{name}", None)

    async def _do_ask(self, rest: str) -> None:
        if not self._conductor.ask(rest or None):
            remark("Every question of this wave was asked.")

    async def _do_back(self, _: str) -> None:
        if not self._conductor.back():
            remark("This is the first question.")

    async def _do_skip(self, rest: str) -> None:
        if not self._conductor.skip(rest or None):
            remark("There is no question left to skip.")

    async def _do_follow(self, rest: str) -> None:
        self._conductor.follow(rest or None)

    async def _do_mark(self, rest: str) -> None:
        self._conductor.mark(rest or None)

    async def _do_note(self, rest: str) -> None:
        if rest:
            self._conductor.jot(rest)
        else:
            remark("A note needs words: note TEXT.")

    async def _do_pause(self, _: str) -> None:
        self._conductor.pause()
        await self._conductor.settled()

    async def _do_resume(self, _: str) -> None:
        self._conductor.resume()
        await self._conductor.settled()

    async def _do_distress(self, _: str) -> None:
        try:
            self._conductor.distress()
            await self._conductor.settled()
        finally:  # whatever can't be written, the card is there
            for line in as_lines(card_of(self._conductor.study, self._conductor.guide)):
                remark(line)

    async def _do_unstamp(self, rest: str) -> None:
        if self._conductor.unstamp(rest or None) is None:
            remark("There is nothing to take back: no move was made in the guide.")

    async def _do_notes(self, _: str) -> None:
        notes = self._conductor.study.log.typed(self._conductor.session.id)
        for note in notes:
            _show(note)
        if not notes:
            remark("Nothing was typed yet.")

    async def _do_fix(self, rest: str) -> None:
        note, _, text = rest.partition(" ")
        if note and text.strip():
            self._conductor.correct(note, text.strip())
        else:
            remark("Which note, and what is it to say? fix NOTE TEXT; `notes` lists them.")

    async def _do_drop(self, rest: str) -> None:
        if rest:
            self._conductor.strike_note(rest)
        else:
            remark("Which note? drop NOTE; `notes` lists them.")

    async def _do_strike(self, rest: str) -> None:
        until_ms, seconds = self._conductor.at_ms, _seconds(rest)
        if rest == "notes":
            await self._strike_notes()
        elif seconds is None:
            remark("Strike how much? strike SECONDS, for instance: strike 60.")
        else:
            await self._strike(seconds, until_ms)

    async def _strike(self, seconds: float, until_ms: int) -> None:
        """Reaches back from when the order came. What was typed in the stretch is shown before it goes, or stays."""
        conductor = self._conductor
        self._struck = conductor.stretch(seconds, until_ms)
        typed, recorded = conductor.typed_within(*self._struck), conductor.recording
        for note in typed:
            _show(note)
        await conductor.strike(seconds, until_ms=until_ms)
        if typed and recorded:
            count = counted_notes(len(typed))
            remark(f"What was typed in that stretch stays ({count}); `strike notes` destroys it too.")

    async def _strike_notes(self) -> None:
        if self._struck is None:
            remark("Nothing was struck yet: strike SECONDS first.")
            return
        start_ms, end_ms = self._struck
        for note in self._conductor.typed_within(start_ms, end_ms):
            self._conductor.strike_note(note.id)

    async def _do_withdraw(self, rest: str) -> None:
        conductor, kind = self._conductor, _TAKEN_BACK.get(rest)
        if rest in ("", "words"):
            await conductor.withdraw(transcript=bool(rest))
        elif kind is None:
            remark("What is taken back? withdraw, withdraw words, withdraw quoting or withdraw contact.")
        elif conductor.study.consent.newest(conductor.session.id).get(kind) is Decision.GRANTED:
            conductor.decide(kind, Decision.WITHDRAWN)
        else:
            remark("They did not agree to that in this session: there is nothing to take back.")

    async def _do_wait(self, rest: str) -> None:
        seconds = _seconds(rest)
        if rest == "end":
            await self._conductor.until_over()
        elif seconds is None:
            remark("Wait how long? wait SECONDS, or wait end.")
        else:
            await self._conductor.until_played(self._conductor.played_ms + round(seconds * 1000))

    async def _do_stop(self, _: str) -> None:
        await self._conductor.stop()

    async def _do_memo(self, rest: str) -> None:
        if self._conductor.memo is None:
            remark("The memo opens when the session has stopped; use note TEXT until then.")
            return
        self._memo_lines.append(rest)
        self._conductor.write_memo("\n".join([*self._memo_lines, self._conductor.prefilled]))

    async def _do_help(self, _: str) -> None:
        for line in HELP.splitlines():
            remark(line)


def _show(note: Note) -> None:
    off = " (off the record)" if note.off_record else ""
    remark(f"{note.id}  {clock_time(note.at_ms)}{off}  {note.text}")


def _seconds(text: str) -> float | None:
    """A positive number of seconds below a day, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 86_400 else None
