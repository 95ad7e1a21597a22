"""Before a session: the four decisions decide what happens, and nothing happens before them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Button, TextArea

from guides import Distress
from store import Decision, Kind, Mode, NotNow, State, Study
from tests.tui.conftest import Until
from tui.app import VivavoceApp
from tui.distress import lacks_numbers
from tui.documents import NO_SUCH_FILE, typed_path, wrong_with
from tui.screens.board import Board
from tui.screens.choose import Choose
from tui.screens.confirm import Confirm
from tui.screens.consent import ConsentScreen
from tui.screens.interview import InterviewScreen
from tui.widgets.decisions import DecisionLine, Decisions
from tui.widgets.facts import Facts
from tui.widgets.field import Field
from tui.widgets.wave_line import WaveLine

OpenApp = Callable[..., VivavoceApp]


def said(app: VivavoceApp, selector: str) -> str:
    """What stands there."""
    return str(app.screen.query_one(selector).render())


def checked(app: VivavoceApp) -> str:
    """What the check of the microphone says."""
    facts = "\n".join(f"{fact.name} {fact.text}" for fact in app.screen.query_one("#check-facts", Facts).facts)
    return f"{said(app, '#check-heading')}\n{facts}"


@pytest.mark.asyncio
async def test_no_decision_is_made_beforehand(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query_one(Decisions).made == {}
        assert "Waits for the decision" in checked(app)
        assert app.screen.check_action("begin", ()) is None


@pytest.mark.asyncio
async def test_nothing_begins_before_all_four_are_decided(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "g", "g", "g", "ctrl+s")
        assert isinstance(app.screen, ConsentScreen)
        assert len(app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_numbers_go_to_a_decision_and_letters_set_it(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "3", "d", "1", "g")
        assert app.screen.query_one(Decisions).made == {
            Kind.TAKING_PART: Decision.GRANTED,
            Kind.QUOTING: Decision.DECLINED,
        }
        assert isinstance(app.focused, DecisionLine)
        assert app.focused.kind is Kind.AUDIO


@pytest.mark.asyncio
async def test_the_wording_on_show_is_that_of_the_decision_in_hand(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "2")
        await pilot.pause()
        assert "no microphone is switched on" in said(app, "#consent-wording")
        await pilot.press("4")
        await pilot.pause()
        assert "get in touch with me again" in said(app, "#consent-wording")


@pytest.mark.asyncio
async def test_declined_audio_says_that_no_microphone_will_be_opened(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "2", "d")
        await pilot.pause()
        assert "No microphone will be opened." in checked(app)
        assert "level" not in checked(app)


@pytest.mark.asyncio
async def test_granted_audio_names_what_listens_and_what_reads(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "2", "g")
        await pilot.pause()
        rows = checked(app)
    assert "device a sound file" in rows
    assert "model tiny.en" in rows
    assert "disk 41.2 GB left" in rows
    assert "battery 83 %, about 4 h" in rows


@pytest.mark.asyncio
async def test_a_session_begins_with_its_decisions_in_the_store(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "g", "d", "g", "d")
        await pilot.pause()
        assert isinstance(app.focused, Button)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        session = app.study.sessions.list()[-1]
        assert (session.participant, session.wave, session.state) == ("50008", 2, State.OPEN)
        assert session.mode is Mode.NOTES
        assert (session.setting, session.others_present) == ("a meeting room at the clinic", "nobody")
        assert app.study.consent.newest(session.id) == {
            Kind.TAKING_PART: Decision.GRANTED,
            Kind.AUDIO: Decision.DECLINED,
            Kind.QUOTING: Decision.GRANTED,
            Kind.CONTACT: Decision.DECLINED,
        }


@pytest.mark.asyncio
async def test_enter_that_comes_in_one_burst_with_the_last_decision_is_not_lost(
    demo_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        for key in ("g", "d", "g", "d", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: isinstance(app.screen, InterviewScreen))
        assert app.study.consent.newest("50008-w2-1")[Kind.CONTACT] is Decision.DECLINED


@pytest.mark.asyncio
@pytest.mark.parametrize("keys", ["ggg", "dddg4", "gdgd1"])
async def test_enter_on_a_decision_that_somebody_went_to_begins_nothing(
    demo_folder: Path, open_app: OpenApp, keys: str
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.press(*keys)
        app.screen.query_one(Decisions).go_to(2)
        await pilot.press("enter")
        assert isinstance(app.screen, ConsentScreen)
        assert len(app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_declining_to_take_part_is_asked_and_kept_and_starts_nothing(
    demo_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "d", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")  # no
        assert isinstance(app.screen, ConsentScreen)
        assert len(app.study.sessions.list()) == 1
        await pilot.press("enter", "y")
        await until(lambda: isinstance(app.screen, Board))
        session = app.study.sessions.list()[-1]
        assert session.state is State.COMPLETE
        assert app.study.consent.newest(session.id) == {Kind.TAKING_PART: Decision.DECLINED}
        assert not list((demo_folder / "recordings").iterdir())
        assert any("declined to take part" in note.message for note in app._notifications)


@pytest.mark.asyncio
async def test_leaving_keeps_nothing(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, Board)  # nothing was decided or typed
        await pilot.press("enter", "g", "g", "g", "g", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")
        assert len(app.screen.query_one(Decisions).made) == 4
        await pilot.press("escape", "y")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        await pilot.press("enter", "tab", "tab", "tab", "tab", *"Ward", "escape", "n")
        assert app.screen.query_one("#setting", Field).value == "Ward"
        assert len(app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_typing_in_a_field_is_never_a_decision(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        app.screen.query_one("#others Input").focus()
        await pilot.press(*"dog 1")
        assert app.screen.query_one(Decisions).made == {}
        assert app.screen.query_one("#others", Field).value == "dog 1"


@pytest.mark.asyncio
async def test_another_wave_is_two_keys_away_and_begins_undecided(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.screen.query_one("#consent-last").display
        await pilot.press("w", "left")
        await pilot.pause()
        assert isinstance(app.screen, ConsentScreen)
        assert app.screen.query_one(WaveLine).wave == 1
        assert isinstance(app.focused, WaveLine)
        assert said(app, "#headline-right") == "50008 · wave 1 of 3"
        assert not app.screen.query_one("#consent-last").display


@pytest.mark.asyncio
async def test_a_second_wave_shows_what_last_time_left(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        rows = [fact.text for fact in app.screen.query_one("#last-facts", Facts).facts]
    assert any("walking group" in row for row in rows)
    assert any("multidisciplinary" in row for row in rows)


@pytest.mark.asyncio
async def test_the_signed_form_is_kept_encrypted_with_the_session(
    demo_folder: Path, tmp_path: Path, open_app: OpenApp, until: Until
) -> None:
    form = tmp_path / "form.pdf"
    form.write_bytes(b"%PDF signed by hand")
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "d")
        app.screen.query_one("#signed", Field).value = f"'{form}'"  # as a terminal writes what is dropped on it
        await pilot.press("ctrl+s", "y")
        await until(lambda: isinstance(app.screen, Board))
        session = app.study.sessions.list()[-1]
        (kept,) = app.study.attachments.list(session.id)
        assert app.study.attachments.get(kept.id)[1] == b"%PDF signed by hand"


@pytest.mark.asyncio
async def test_a_form_that_is_not_there_is_said_beside_its_field(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "g", "d", "g", "g")
        await pilot.press("tab", "tab", "tab", *"/nowhere/form.pdf", "tab")
        await pilot.pause()
        assert "There is no such file" in said(app, "#signed .field-said")  # as the field is left
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, ConsentScreen)
        assert "There is no such file" in said(app, "#signed .field-said")
        assert len(app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_the_blank_form_is_written_and_said_where(
    demo_folder: Path, tmp_path: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.consent.user_documents_path", lambda: tmp_path / "Documents")
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "p")
        await pilot.pause()
        note = said(app, "#consent-said")
        assert not app._notifications  # nothing may lie over Begin
    (form,) = (tmp_path / "Documents").iterdir()
    assert str(form) in note
    assert "## 2. Sound recording" in form.read_text(encoding="utf-8")


@pytest.mark.asyncio
async def test_another_program_that_conducts_a_session_is_named(
    demo_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        with Study.open(demo_folder, "demo", now) as other:
            other.lock_for_session()
            await pilot.press("enter", "g", "d", "g", "g", "enter")
            await pilot.pause(0.7)
            assert isinstance(app.screen, ConsentScreen)
            assert "Another program" in said(app, "#consent-said")
            assert len(app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_what_can_not_be_kept_whole_begins_nothing(
    demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        before = app.study.sessions.list()
        decide = app.study.consent.decide

        def full(session: str, kind: Kind, *rest: Any, **named: Any) -> None:
            if kind is Kind.QUOTING:
                raise NotNow("There is no room on the disk: free some, and try again.")
            decide(session, kind, *rest, **named)

        monkeypatch.setattr(app.study.consent, "decide", full)
        await pilot.press("enter", "g", "d", "g", "g", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ConsentScreen)
        assert "no room on the disk" in said(app, "#consent-said")
        assert app.study.sessions.list() == before
        assert app.study.check() == ()


@pytest.mark.asyncio
async def test_keys_that_come_in_one_burst_each_fall_on_their_own_decision(
    demo_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        decisions = app.screen.query_one(Decisions)
        for answer in ("granted", "declined", "granted", "declined"):
            decisions.action_decide(answer)
        assert list(decisions.made.values()) == [
            Decision.GRANTED,
            Decision.DECLINED,
            Decision.GRANTED,
            Decision.DECLINED,
        ]


@pytest.mark.asyncio
async def test_after_the_last_decision_tab_goes_to_setting_and_typing_there_decides_nothing(
    demo_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "g", "g", "g", "g", "tab", *"ward office", "enter", *"a dog", "enter", "tab", "tab")
        await pilot.pause()
        assert list(app.screen.query_one(Decisions).made.values()) == [Decision.GRANTED] * 4
        assert app.screen.query_one("#setting", Field).value == "ward office"
        assert app.screen.query_one("#others", Field).value == "a dog"
        assert app.screen.query_one(WaveLine).wave == 2
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert isinstance(app.focused, DecisionLine)


@pytest.mark.asyncio
async def test_another_wave_takes_no_decision_with_it(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter", "g", "g", "g", "w", "right")
        await pilot.pause()
        assert app.screen.query_one(Decisions).made == {}
        assert "nothing is decided yet" in said(app, "#consent-said")
        await pilot.press("right", "right")  # there is no fourth
        assert app.screen.query_one(WaveLine).wave == 3


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "taken_back"), [("o", False), ("e", True), ("escape", None)])
async def test_a_later_refusal_to_be_quoted_asks_about_the_earlier_interviews(
    demo_folder: Path, open_app: OpenApp, until: Until, key: str, taken_back: bool | None
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        (earlier,) = app.study.sessions.list()
        assert app.study.consent.newest(earlier.id)[Kind.QUOTING] is Decision.GRANTED
        await pilot.press("enter", "g", "d", "d", "g", "enter")
        await until(lambda: isinstance(app.screen, Choose))
        await pilot.press(key)
        await until(lambda: not isinstance(app.screen, Choose))
        assert isinstance(app.screen, ConsentScreen) is (taken_back is None)
        assert len(app.study.sessions.list()) == (1 if taken_back is None else 2)
        held = app.study.consent.newest(earlier.id)[Kind.QUOTING]
        assert held is (Decision.WITHDRAWN if taken_back else Decision.GRANTED)


@pytest.mark.asyncio
async def test_a_card_without_numbers_is_named_before_the_interview_and_can_be_written_there(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        study._database.run("UPDATE study SET invented = 0")
    app = open_app(ten_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("escape")
        assert app.screen.query_one("#board-card").display
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query_one("#consent-numbers").display
        await pilot.press("exclamation_mark")
        app.screen.query_one("#words-call", TextArea).text = "Crisis line: 1-767"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not app.screen.query_one("#consent-numbers").display


@pytest.mark.parametrize(
    ("call", "lacks"),
    [
        ("Crisis line: 1-767", False),
        ("Emergency: 112", False),
        ("Emergency: 112\nYour supervisor: write the number here", True),
        ("Whoever they named", True),
        ("", True),
    ],
)
def test_a_card_lacks_numbers_while_one_is_still_to_be_written(call: str, lacks: bool) -> None:
    assert lacks_numbers(Distress("We can stop.", call)) is lacks


@pytest.mark.parametrize(
    "typed", ["x" * 5_000, "~nobody_of_this_name/form.pdf", "a\0b", "/nowhere/form.pdf", "'", "''x"]
)
def test_whatever_is_typed_as_a_path_is_refused_in_a_sentence(typed: str) -> None:
    assert wrong_with(typed_path(typed)) == NO_SUCH_FILE


def test_a_path_that_a_terminal_put_quotation_marks_around_is_that_path(tmp_path: Path) -> None:
    form = tmp_path / "my form.pdf"
    form.write_bytes(b"%PDF")
    assert typed_path(f" '{form}' ") == form
    assert wrong_with(form) == wrong_with(typed_path("  ")) == ""
    assert "no file" in wrong_with(tmp_path)
