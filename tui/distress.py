"""The card for a moment of distress: which one a study shows, and how it is kept."""

from __future__ import annotations

import json
import re
from datetime import datetime

from guides import Distress, Guide
from guides.plaintext import OBEYED
from store import Study

MARK = "distress"
"""What the mark says that is set as the card is opened: that it was, and nothing else."""
NO_NUMBERS = "The card for a moment of distress has no numbers yet: ! writes them."
_SETTING = "distress"
_TO_BE_WRITTEN = ("write the number here", "write it here")
_LEAST_DIGITS = 3  # 112


def card_of(study: Study, guide: Guide) -> Distress:
    """The study's own card; what it leaves open is the guide's. No part of it is ever empty."""
    own = own_card(study)
    return Distress(own.say or guide.distress.say, own.call or guide.distress.call)


def own_card(study: Study) -> Distress:
    """What the study says itself, empty where it says nothing."""
    kept = json.loads(study.setting(_SETTING) or "{}")
    return Distress(kept.get("say", ""), kept.get("call", ""))


def lacks_numbers(card: Distress) -> bool:
    """Whether nobody can be called by it: a number is still to be written in, or there is none of three digits."""
    call = card.call.casefold()
    return any(words in call for words in _TO_BE_WRITTEN) or len(re.findall(r"\d", call)) < _LEAST_DIGITS


def no_numbers(study: Study, guide: Guide) -> bool:
    """Whether the card that an interview would show lacks numbers; one with invented words needs none."""
    return not study.invented and lacks_numbers(card_of(study, guide))


def keep_card(study: Study, card: Distress, now: datetime) -> None:
    """Let the study have this card; where a part is empty, or is what the guide says, it is the guide's."""
    guides = study.guides.current().distress
    parts = {"say": (_plain(card.say), guides.say), "call": (_plain(card.call), guides.call)}
    own = {name: text for name, (text, known) in parts.items() if text and text != known}
    study.set_setting(_SETTING, json.dumps(own) if own else "", now)


def _plain(text: str) -> str:
    """What was typed or pasted, without what a terminal would obey."""
    return OBEYED.sub(lambda found: found[0] if found[0] in "\n\t" else "", text).strip()


def as_lines(card: Distress) -> tuple[str, ...]:
    """The card for people who read line by line."""
    return (*card.say.splitlines(), "", "Whom to call:", *card.call.splitlines())
