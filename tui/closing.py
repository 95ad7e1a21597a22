"""The end of a session: its memo, and its figures."""

from __future__ import annotations

from datetime import datetime

from store import ConsentRequired, Memo, Study
from tui import events
from tui.memo import Matter, prefill
from tui.meter import Meter
from tui.notebook import Notebook
from tui.times import short_time

_NOTHING_HEARD = (
    "No word was heard in {length} of sound: the transcript is empty. Before the next interview, see on the consent "
    "screen or with `vivavoce doctor` that the microphone hears you."
)


def open_memo(notebook: Notebook, now: datetime) -> Memo:
    """The session's memo, opened with what is known under its headings."""
    study, key = notebook.study, notebook.session.id
    matter = Matter(
        notebook.guide,
        notebook.walk,
        study.log.cues(key),
        study.log.marks(key),
        study.log.jottings(key),
        study.transcript.lines(key),
    )
    study.sessions.open_memo(key, now)
    return study.memos.open(key, prefill(matter), now)


def nothing_heard(study: Study, key: str) -> events.Notice | None:
    """What to say where there is sound and no word was heard in it; else None."""
    try:
        length_ms = study.dossier(key).wordless_ms
    except ConsentRequired:  # taking part was withdrawn meanwhile
        return None
    return events.Notice("nothing_heard", _NOTHING_HEARD.format(length=short_time(length_ms))) if length_ms else None


def summary(study: Study, key: str, meter: Meter) -> events.Summary:
    """The session in figures, as the study and the meter know them."""
    session = study.sessions.get(key)
    ready_ms = session.ready_after_stop_ms
    return events.Summary(
        audio_seconds=session.captured_ms / 1000,
        utterances=study.transcript.count(session.id),
        dropped_frames=session.dropped_frames,
        ready_after_stop_s=None if ready_ms is None else ready_ms / 1000,
        model=session.model,
        device=session.device,
        cpu_seconds=meter.cpu_seconds,
        peak_rss_mb=meter.peak_rss_mb,
    )
