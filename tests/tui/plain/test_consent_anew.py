"""Going on by lines: by the newest word of the participant, the newest session by its row, asked anew in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store import Decision, Kind, State, Study
from tests.program import PASSPHRASE, AtOnce
from tests.tui.plain.test_annulling import Terminal
from tui.clock import world_now

SESSION = ("session", "--participant", "50001", "--wave", "1", "--plain")
GO_ON = (*SESSION, "--go-on")
GRANTED, DECLINED = Decision.GRANTED, Decision.DECLINED


@pytest.fixture
def at_once(vivavoce: Any) -> AtOnce:
    return AtOnce(vivavoce.study, vivavoce.env)


def sit(program: Any, *, hours: float = 0, left: bool = True, **refused: Decision) -> str:
    """A session of notes, unless audio is granted, that broke off or was held so many hours ago by the clock."""
    at = world_now() - timedelta(hours=hours)
    with Study.open(program.study, PASSPHRASE, at) as study:
        guide = study.guides.keep(study.guides.current(), at)
        key = study.sessions.begin("50001", 1, guide_sha256=guide, setting="ward", others_present="", now=at).id
        for kind in Kind:
            decision = refused.get(kind.value, DECLINED if kind is Kind.AUDIO else GRANTED)
            study.consent.decide(key, kind, decision, form_version="1", recorded_by="i", now=at)
        if left:
            study.sessions.interrupt(key, at)
        else:
            study.sessions.stop(key, at, recording_ms=0, captured_ms=0, dropped_frames=0)
            study.sessions.complete(key, at, ready_after_stop_ms=None)
    return key


def held(program: Any) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in program.json("sessions", "list")}


def decided(program: Any, session: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["decision"]) for one in program.json("sessions", "show", session)["consent"]]


@pytest.mark.parametrize(("kind", "words"), [("taking_part", "Taking part"), ("audio", "Audio recording")])
def test_against_a_later_refusal_it_does_not_go_on(at_once: AtOnce, kind: str, words: str) -> None:
    first = sit(at_once, audio=GRANTED)
    other = sit(at_once, hours=9000, left=False, **{kind: DECLINED})  # the clock was set back
    for options in ((), ("--audio", "granted")):
        done = at_once(*GO_ON, *options)
        assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
        assert f"{words} was declined in session {other}, after it was agreed to in {first}" in done.stderr
    assert held(at_once)[first]["state"] == State.INTERRUPTED


def test_the_newest_by_its_row_goes_on_and_not_by_the_clock(vivavoce: Any) -> None:
    first, second = sit(vivavoce, hours=-8760), sit(vivavoce, hours=1)  # the clock was a year ahead, then right
    done = vivavoce(*GO_ON, stdin="stop\n")
    assert (done.returncode, f"{second} goes on" in done.stderr) == (0, True), done.stderr
    assert (held(vivavoce)[first]["state"], held(vivavoce)[second]["state"]) == ("interrupted", "complete")


@pytest.mark.parametrize("hours", [2.1, 3000, -1])
def test_after_two_hours_or_a_clock_set_back_consent_has_to_be_given_anew(at_once: AtOnce, hours: float) -> None:
    left = sit(at_once, hours=hours)
    done = at_once(*GO_ON)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
    assert "has to be asked anew" in done.stderr
    assert "--audio granted or --audio declined" in done.stderr
    assert held(at_once)[left]["state"] == State.INTERRUPTED


def test_what_is_given_anew_is_kept_with_the_session_and_told(vivavoce: Any) -> None:
    left = sit(vivavoce, hours=24)
    run = vivavoce.start(*GO_ON, "--json", "--audio", "declined", "--contact", "granted")
    run.say("note again", "stop")
    assert run.finish() == 0
    told = [(event["kind"], event["decision"]) for event in run.of("consent")]
    assert told == [("taking_part", "granted"), ("audio", "declined"), ("quoting", "declined"), ("contact", "granted")]
    assert decided(vivavoce, left)[4:] == told
    assert held(vivavoce)[left]["state"] == "complete"


def test_with_another_decision_about_sound_a_new_session_begins(vivavoce: Any) -> None:
    left = sit(vivavoce, hours=24, audio=GRANTED)
    done = vivavoce(*GO_ON, "--audio", "declined", stdin="stop\n")
    assert done.returncode == 0
    assert f"Session {left} does not go on" in done.stderr
    assert {key: (row["state"], row["mode"]) for key, row in held(vivavoce).items()} == {
        left: ("interrupted", "audio"),
        "50001-w1-2": ("complete", "notes"),
    }
    assert ("audio", "granted") in decided(vivavoce, left)


def test_at_a_terminal_it_is_asked_with_how_it_stood(vivavoce: Any) -> None:
    left = sit(vivavoce, hours=24)
    at = Terminal(vivavoce, SESSION)
    at.until("Go on with it? [y/n]:")
    at.answer("y")
    at.until("taking part granted, audio declined, quoting granted, contact granted")
    for answer in ("y", "n", "n", "y"):
        at.until("[y/n]:")
        at.said = ""
        at.answer(answer)
    at.until("goes on where it was left")
    at.answer("quit")
    assert at.end() == 0, at.said
    assert decided(vivavoce, left)[4:6] == [("taking_part", "granted"), ("audio", "declined")]


@pytest.mark.parametrize("option", ["--quoting", "--contact"])
def test_consent_that_is_given_anew_is_given_whole(at_once: AtOnce, option: str) -> None:
    sit(at_once)
    done = at_once(*GO_ON, option, "granted")
    assert (done.returncode, "where --audio is given" in done.stderr) == (2, True)


@pytest.mark.parametrize("wave", ["4", "50001", "99999999999999999999", "9" * 5000])
@pytest.mark.parametrize("more", [("--audio", "declined"), ("--audio", "granted", "--replay", "{sound}"), ("--go-on",)])
def test_a_wave_far_beyond_the_guide_is_refused_wherever_one_is_given(
    at_once: AtOnce, wave: str, more: tuple[str, ...], short_sound: Any
) -> None:
    options = [word.format(sound=short_sound) for word in more]
    done = at_once("session", "--participant", "50001", "--wave", wave, "--plain", *options)
    assert done.returncode in (1, 2)
    assert (done.stderr.count("\n"), done.stdout) == (1, "")
    assert "wrong" not in done.stderr
    assert held(at_once) == {}
