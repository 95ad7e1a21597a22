"""The recorder child: ``python -m transcribe.record``, begun, steered and read over the wire."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace
from pathlib import Path

from transcribe import recording
from transcribe.errors import RecordingError, SoundError, TranscribeError, WireError
from transcribe.intake import Intake, Source
from transcribe.recorder import Recorder, steered
from transcribe.serve import App
from transcribe.wire import Begin, Check, Failed, Opened

CODES = (
    (recording.RecordingFullError, "disk_full"),
    (recording.RecordingGoneError, "recording_gone"),
    (RecordingError, "recording"),
    (SoundError, "source"),
    (TranscribeError, "source"),
)


def record(app: App) -> None:
    """Records, or only listens, as the app's first line asks, until it is over. Raises TranscribeError."""
    match next(app.commands, None):
        case None:
            return
        case Begin() as begin:
            _record(app, begin)
        case Check() as order:
            from transcribe.soundcheck import check

            check(app, order)
        case _:
            raise WireError("The recorder was not told what to record; start the session again.")


def _record(app: App, begin: Begin) -> None:
    writer = _writer(begin)
    begin = _taken_over(begin, writer.end_ms)
    source = source_of(begin)
    intake = Intake(begin.paused)
    try:
        source.open(intake)
        app.report(Opened(source.name, source.rate_hz))
        app.listen(steered(source, intake))
        Recorder(begin, writer, source, intake, app.report).run()
    finally:
        source.close()


def _taken_over(begin: Begin, end_ms: int) -> Begin:
    """A recorder that died between the disk and its report had played, too, what the app does not know of."""
    if begin.clock_ms is None:
        return begin
    return replace(begin, played_ms=begin.played_ms + max(0, end_ms - begin.at_ms))


def source_of(begin: Begin) -> Source:
    """The microphone or the file that stands in for it."""
    if begin.replay is not None:
        from transcribe.replay import Replay

        return Replay(Path(begin.replay), begin.speed, begin.played_ms, two_channels=begin.two_channels)
    from transcribe.microphone import MicrophoneSource

    return MicrophoneSource(begin.device, begin.played_ms, two_channels=begin.two_channels)


def main() -> int:
    """The process: 0 when all went well, 1 after a ``Failed``."""
    app = App()
    failed = None
    try:
        record(app)
    except TranscribeError as error:
        failed = Failed(next(code for kind, code in CODES if isinstance(error, kind)), str(error))
    except Exception:  # noqa: BLE001 - the child's edge: the app must learn of it in a sentence, the log of the rest
        traceback.print_exc()
        failed = Failed("recorder", "The recorder broke down; what it recorded is kept.")
    if failed is not None:
        app.report(failed)
    app.until_told()
    return 0 if failed is None else 1


def _writer(begin: Begin) -> recording.Writer:
    path, key = Path(begin.path), bytes.fromhex(begin.key_hex)
    if begin.at_ms == 0 and not path.exists():
        return recording.create(path, key)
    return recording.append_to(path, key)


if __name__ == "__main__":
    sys.exit(main())
