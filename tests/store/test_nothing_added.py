"""To what is destroyed, or was taken back with all that somebody said, nothing can be added by any way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from store import ConsentRequired, Kind, Move, SealedDecision, Session, StateError, Study
from store.retention import Rule
from store.sealed import Act
from tests.store.conftest import NOW

Way = Callable[[Study, str], Any]
LATER = NOW + timedelta(days=800)
WAYS: dict[str, Way] = {
    "a paper": lambda study, key: study.attachments.add(key, "signed form", "form.pdf", b"%PDF", LATER),
    "a note": lambda study, key: study.log.jot(key, at_ms=1, text="quietly", off_record=False, now=LATER),
    "a mark": lambda study, key: study.log.mark(key, at_ms=1, text="here", off_record=False, now=LATER),
    "a follow-up": lambda study, key: study.log.cue(
        key, question=None, move=Move.FOLLOW, at_ms=1, text="and then?", now=LATER
    ),
    "a memo": lambda study, key: study.memos.open(key, "what was said", LATER),
    "a reason": lambda study, key: study.annulment.annul(key, "begun for the wrong participant", LATER),
    "an attribute": lambda study, key: study.participants.set(
        study.sessions.get(key).participant, {"role": "peer"}, LATER
    ),
}


def withdrawn(study: Study, session: Session) -> None:
    study.withdraw_taking_part(session.id, notes=True, recorded_by="ME", now=NOW)


def sealed(study: Study, session: Session) -> None:
    study.seal(SealedDecision(Act.WITHDRAW, session.id, NOW, Kind.TAKING_PART))


def destroyed(study: Study, session: Session) -> None:
    study.sessions.stop(session.id, NOW, recording_ms=0, captured_ms=0, dropped_frames=0)
    study.retention.set(Rule(months=1), LATER)
    study.retention.destroy(session.id, LATER)
    study.retention.set(Rule(), LATER)


GONE = {"withdrawn": withdrawn, "destroyed": destroyed, "sealed": sealed}
# what is known of somebody is asked of the database alone, which knows it at the next opening
CASES = [(gone, way) for gone in GONE for way in WAYS if (gone, way) != ("sealed", "an attribute")]


@pytest.mark.parametrize(("gone", "way"), CASES)
def test_nothing_is_added_to_what_is_gone(
    make_study: Callable[[], Study], begin: Callable[..., Session], gone: str, way: str
) -> None:
    with make_study() as study:
        session, other = begin(study), begin(study)
        GONE[gone](study, session)
        with pytest.raises((StateError, ConsentRequired)):
            WAYS[way](study, session.id)
        if way == "a reason":
            study.sessions.stop(other.id, NOW, recording_ms=0, captured_ms=0, dropped_frames=0)
        WAYS[way](study, other.id)


def test_who_comes_again_can_be_described_again(study: Study, begin: Callable[..., Session], session: Session) -> None:
    destroyed(study, session)
    number = study.sessions.get(session.id).participant
    with pytest.raises(StateError, match="nothing can be noted"):
        study.participants.set(number, {"role": "peer"}, LATER)
    guide = study.guides.current()
    study.sessions.begin(number, 2, guide_sha256=guide.sha256, setting="", others_present="", now=LATER)
    assert study.participants.set(number, {"role": "peer"}, LATER).attributes == {"role": "peer"}
