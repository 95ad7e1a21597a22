"""Going on in the app: by the newest word of the participant, and asked anew after two hours or a clock set back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Button, Static

from store import Act, ConsentRequired, Decision, Kind, SealedDecision, SessionLock, State, Study
from store.database import Database
from store.opening import DATABASE_FILE
from tests.tui.conftest import Until
from tests.tui.scripted import scripted
from tui import going_on
from tui.app import VivavoceApp
from tui.beginning import Arrangement
from tui.screens.board import Board
from tui.screens.consent import ConsentScreen
from tui.screens.consent_anew import ConsentAnew
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.widgets.decisions import Decisions
from tui.widgets.facts import Facts

OpenApp = Callable[..., VivavoceApp]
LEFT, NEXT = "50008-w2-1", "50008-w2-2"
LONG_AGO, IN_THE_FUTURE = timedelta(hours=-2, minutes=-1), timedelta(seconds=1)
GRANTED, DECLINED = Decision.GRANTED, Decision.DECLINED


def sit(study: Study, now: datetime, **refused: Decision) -> str:
    """A sitting of the second wave with 50008."""
    guide = study.guides.keep(study.guides.current(), now)
    key = study.sessions.begin("50008", 2, guide_sha256=guide, setting="the ward", others_present="Bo", now=now).id
    for kind in Kind:
        decision = refused.get(kind.value, GRANTED)
        study.consent.decide(key, kind, decision, form_version="1", recorded_by="i", now=now)
    return key


def broke_off(folder: Path, at: datetime, **refused: Decision) -> Path:
    """A study in which a session broke off at this moment."""
    with Study.open(folder, "demo", at) as study:
        study.sessions.interrupt(sit(study, at, **refused), at)
    return folder


def newest(app: VivavoceApp, session: str = LEFT) -> dict[Kind, Decision]:
    return app.study.consent.newest(session)


def said(app: VivavoceApp) -> str:
    return "".join(str(app.screen.query_one(f"#{name}").render()) for name in ("left-what", "left-choices"))


async def asked_anew(app: VivavoceApp, pilot: Pilot[int], until: Until) -> ConsentAnew:
    assert isinstance(app.screen, InterruptedScreen)
    await pilot.press("g")
    await until(lambda: isinstance(app.screen, ConsentAnew) and app.screen.query_one("#last-facts", Facts).facts)
    assert isinstance(app.screen, ConsentAnew)
    return app.screen


async def begun(app: VivavoceApp, until: Until) -> InterviewScreen:
    await until(lambda: isinstance(app.screen, InterviewScreen) and app.screen.ready)
    assert isinstance(app.screen, InterviewScreen)
    return app.screen


@pytest.mark.asyncio
@pytest.mark.parametrize("ago", [LONG_AGO, IN_THE_FUTURE], ids=["long ago", "in the future"])
async def test_after_two_hours_or_a_clock_set_back_consent_is_asked_anew_and_kept_with_it(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, ago: timedelta
) -> None:
    app = open_app(broke_off(demo_folder, now + ago, quoting=GRANTED))
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            screen = await asked_anew(app, pilot, until)
            assert screen.query_one(Decisions).made == {}
            stood = [(fact.name, fact.text) for fact in screen.query_one("#last-facts", Facts).facts]
            assert ("audio", "granted") in stood
            names = list(screen.query("#last-facts Static").results(Static))[::2]
            assert all(len(str(name.render())) < name.size.width for name in names)  # else they run into their texts
            await pilot.press("ctrl+s")
            assert app.study.sessions.get(LEFT).state is State.INTERRUPTED
            await pilot.press("g", "g", "d", "g")
            assert str(screen.query_one("#consent-start", Button).label) == "Go on with the session, with sound"
            await pilot.press("ctrl+s", "o")  # quoting is refused in this one only
            interview = await begun(app, until)
            assert interview.conductor.session.id == LEFT
            assert interview.conductor.recording
            history = app.study.consent.history(LEFT)
            assert [one.decided_at for one in history] == [now + ago] * 4 + [now] * 4
            assert newest(app) == {**dict.fromkeys(Kind, GRANTED), Kind.QUOTING: DECLINED}
            assert [one.id for one in app.study.sessions.list()][-1] == LEFT


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["begun", "gone on with"])
async def test_an_interview_begins_while_another_program_writes_to_the_study(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    session = LEFT if how == "begun" else NEXT
    if how == "gone on with":
        broke_off(broke_off(demo_folder, now), now)
    app = open_app(demo_folder)
    show, writing = app.show_interview, []

    def written_to(session_id: str, lock: SessionLock) -> None:
        writing.append(Database(demo_folder / DATABASE_FILE, bytes(app.study._key)))
        writing[0].connection.execute("BEGIN IMMEDIATE")
        show(session_id, lock)

    monkeypatch.setattr(app, "show_interview", written_to)
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            if how == "begun":
                await pilot.press("enter")
                await until(lambda: isinstance(app.screen, ConsentScreen))
                await pilot.press("g", "g", "g", "g", "ctrl+s")
            else:
                await until(lambda: "g   go on" in said(app))
                await pilot.press("g")
            interview = await begun(app, until)
            assert interview.conductor.session.id == session
            assert interview.conductor.recording
            await pilot.press("n", *"by the window", "enter")
            writing[0].close()
            await until(lambda: [one.text for one in app.study.log.jottings(session)] == ["by the window"])


@pytest.mark.asyncio
async def test_within_two_hours_nothing_is_asked(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(broke_off(demo_folder, now - timedelta(hours=1, minutes=59)))
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("g")
            await begun(app, until)
            assert len(app.study.consent.history(LEFT)) == 4


@pytest.mark.asyncio
@pytest.mark.parametrize(("before", "after"), [(GRANTED, DECLINED), (DECLINED, GRANTED)])
async def test_with_another_decision_about_sound_a_new_session_begins(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, before: Decision, after: Decision
) -> None:
    app = open_app(broke_off(demo_folder, now + LONG_AGO, audio=before))
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            screen = await asked_anew(app, pilot, until)
            await pilot.press("g", "g" if after is GRANTED else "d", "g", "g")
            assert str(screen.query_one("#consent-start", Button).label).startswith("Begin a new session")
            assert "Enter begins a new session" in str(screen.query_one("#consent-said").render())
            await pilot.press("ctrl+s")
            interview = await begun(app, until)
            assert interview.conductor.session.id == NEXT
            assert interview.conductor.recording is (after is GRANTED)
            assert (newest(app)[Kind.AUDIO], newest(app, NEXT)[Kind.AUDIO]) == (before, after)
            begun_anew = app.study.sessions.get(NEXT)
            assert (begun_anew.setting, begun_anew.others_present) == ("the ward", "Bo")
            assert app.study.sessions.get(LEFT).state is State.INTERRUPTED


@pytest.mark.asyncio
async def test_the_last_decision_and_the_key_that_begins_in_one_burst_begin_a_new_session(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(broke_off(demo_folder, now + LONG_AGO, audio=GRANTED))
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            await asked_anew(app, pilot, until)
            for key in ("g", "d", "g", "g", "ctrl+s"):
                app.post_message(Key(key, key if len(key) == 1 else None))
            interview = await begun(app, until)
            assert interview.conductor.session.id == NEXT


@pytest.mark.asyncio
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "in the moment of the key"])
async def test_a_session_that_is_ended_elsewhere_meanwhile_stays_so_and_a_new_one_begins(
    demo_folder: Path,
    open_app: OpenApp,
    now: datetime,
    until: Until,
    seen: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = broke_off(demo_folder, now + LONG_AGO, audio=DECLINED)
    app = open_app(folder)
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            screen = await asked_anew(app, pilot, until)
            start = screen.query_one("#consent-start", Button)
            await pilot.press("g", "d", "g", "g")
            assert str(start.label) == "Go on with the session, with notes only"
            with monkeypatch.context() as patch:
                if not seen:
                    patch.setattr(screen, "written_elsewhere", partial(setattr, screen, "title", ""))
                with Study.open(folder, "demo", now) as other:
                    other.sessions.stop(LEFT, now, recording_ms=0, captured_ms=0, dropped_frames=0)
                    other.sessions.complete(LEFT, now, ready_after_stop_ms=None)
                if not seen:
                    await pilot.press("ctrl+s")
                await until(lambda: "was ended elsewhere" in str(screen.query_one("#consent-said").render()))
            screen.written_elsewhere()
            assert str(start.label) == "Begin a new session, with notes only"
            assert [one.id for one in app.study.sessions.list()][-1] == LEFT
            await pilot.press("ctrl+s")
            interview = await begun(app, until)
            assert interview.conductor.session.id == NEXT
            assert app.study.sessions.get(LEFT).state is State.COMPLETE


@pytest.mark.asyncio
async def test_who_takes_no_part_any_more_is_asked_once_and_nothing_goes_on(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(broke_off(demo_folder, now + LONG_AGO))
    async with app.run_test(size=(120, 40)) as pilot:
        await asked_anew(app, pilot, until)
        await pilot.press("d", "ctrl+s", "y")
        await until(lambda: isinstance(app.screen, Board))
        assert newest(app, NEXT) == {Kind.TAKING_PART: DECLINED}
        assert app.study.sessions.get(LEFT).state is State.INTERRUPTED
        assert newest(app) == dict.fromkeys(Kind, GRANTED)
        await pilot.press("i")
        await until(lambda: isinstance(app.screen, InterruptedScreen) and app.screen.query("#left-choices"))
        await until(lambda: f"Taking part was declined in session {NEXT}" in said(app))
        assert "g   go on" not in said(app)


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "words"), [(Kind.TAKING_PART, "Taking part"), (Kind.AUDIO, "Audio recording")])
async def test_against_a_later_refusal_nothing_goes_on_and_it_is_said(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, kind: Kind, words: str
) -> None:
    folder = broke_off(demo_folder, now)
    with Study.open(folder, "demo", now) as study:
        other = sit(study, now - timedelta(days=400), **{kind.value: DECLINED})  # the clock was set back
        study.sessions.stop(other, now, recording_ms=0, captured_ms=0, dropped_frames=0)
        study.sessions.complete(other, now, ready_after_stop_ms=None)
    app = open_app(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: f"{words} was declined in session {NEXT}, after it was agreed to" in said(app))
        assert "g   go on" not in said(app)
        await pilot.press("g")
        await pilot.pause()
        assert isinstance(app.screen, InterruptedScreen)
        assert app.study.sessions.get(LEFT).state is State.INTERRUPTED


@pytest.mark.asyncio
async def test_a_refusal_that_comes_while_it_is_offered_counts_as_well(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(broke_off(demo_folder, now))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "g   go on" in said(app))
        app.study.sessions.interrupt(sit(app.study, now, audio=DECLINED), now)
        await pilot.press("g")
        await pilot.pause()
        assert "Audio recording was declined" in str(app.screen.query_one("#left-said").render())
        assert app.study.sessions.get(LEFT).state is State.INTERRUPTED


@pytest.mark.asyncio
async def test_the_newest_by_its_row_is_offered_first_whatever_the_clock_was(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    folder = broke_off(broke_off(demo_folder, now + timedelta(days=365)), now)
    app = open_app(folder)
    with scripted():
        async with app.run_test(size=(120, 40)) as pilot:
            await until(lambda: "g   go on" in said(app))
            await pilot.press("g")
            interview = await begun(app, until)
            assert interview.conductor.session.id == NEXT


def test_what_was_refused_in_the_session_itself_is_named(demo_folder: Path, now: datetime) -> None:
    with Study.open(demo_folder, "demo", now) as study:
        left = sit(study, now)
        study.sessions.interrupt(left, now)
        study.consent.decide(left, Kind.TAKING_PART, Decision.WITHDRAWN, form_version="1", recorded_by="i", now=now)
        with pytest.raises(ConsentRequired, match=f"Taking part was withdrawn in session {left}"):
            going_on.reopen(study, left, now)


@pytest.mark.parametrize("kind", [Kind.TAKING_PART, Kind.AUDIO])
def test_what_was_taken_back_and_could_not_be_written_yet_closes_the_way_as_well(
    demo_folder: Path, now: datetime, kind: Kind
) -> None:
    with Study.open(demo_folder, "demo", now) as study:
        left = sit(study, now)
        study.sessions.interrupt(left, now)
        study.seal(SealedDecision(Act.WITHDRAW, "50008-w1-1", now, kind, recorded_by="i"))
        with pytest.raises(ConsentRequired, match="was withdrawn in session 50008-w1-1"):
            going_on.reopen(study, left, now)
        assert study.sessions.get(left).state is State.INTERRUPTED


def test_a_refusal_of_what_was_withdrawn_in_it_leaves_the_withdrawal_the_newest_word(
    demo_folder: Path, now: datetime
) -> None:
    with Study.open(demo_folder, "demo", now) as study:
        left = sit(study, now)
        study.permit_recording(left, now)
        study.consent.decide(left, Kind.AUDIO, Decision.WITHDRAWN, form_version="1", recorded_by="i", now=now)
        study.destroy_recording(left, False, now)
        study.sessions.interrupt(left, now)
        anew = Arrangement("50008", 2, {**dict.fromkeys(Kind, GRANTED), Kind.AUDIO: DECLINED}, "", "")
        assert going_on.reopen(study, left, now + timedelta(days=1), anew).state is State.OPEN
        assert study.consent.newest(left) == {**dict.fromkeys(Kind, GRANTED), Kind.AUDIO: Decision.WITHDRAWN}
