"""An act under way, led from its beginning to its end."""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass, field

from tests.at_once import hands
from tests.at_once.acts import Act
from tests.at_once.programs import Programs
from tests.at_once.running import Hung, Running, until
from tests.at_once.screen import OnScreen
from tests.at_once.stage import NEWCOMERS, Stage

UNSEEN_S = 2.0


@dataclass(kw_only=True)
class Doing(hands.AtHand):
    """One act: what it told, and whether it has come to its midst."""

    act: Act
    name: str
    running: Running = field(init=False)
    code: int = -1
    trouble: list[str] = field(default_factory=list)


def prepared(act: Act, stage: Stage, name: str) -> Doing:
    """What is to be begun."""
    return Doing(act=act, name=name, stage=stage, number=NEWCOMERS[name])


def begin(programs: Programs, doing: Doing, *, unread: bool = False) -> threading.Thread:
    """Begin it; the thread leads it to its end."""
    stage, folder = doing.stage, doing.stage.beside / doing.name
    if doing.act.screen is None:
        argv = tuple(doing.number if word == "NEWCOMER" else word for word in doing.act.argv(stage, stage.beside))
        doing.running = programs.start(folder, stage.study, argv, unread=unread)
    else:
        doing.running = programs.start_app(folder, stage.study, str(stage.long_sound))
    thread = threading.Thread(target=_lead, args=(doing,), name=doing.act.name)
    thread.start()
    return thread


def _lead(doing: Doing) -> None:
    try:
        if isinstance(doing.running, OnScreen):
            assert doing.act.screen is not None
            hands.lead(doing, doing.running, doing.act.screen)
        elif doing.act.led:
            _type(doing)
        else:
            _watch(doing)
        doing.running.no_more()
        doing.code = doing.running.end()
    except Hung as hung:
        doing.trouble.append(str(hung))
    except Exception:  # noqa: BLE001 - told with the pair, and nobody waits for ever
        doing.trouble.append(traceback.format_exc(limit=-3))
    finally:
        doing.running.kill()
        for moment in (doing.midst, doing.close_to_end, doing.over):
            moment.set()


def _watch(doing: Doing) -> None:
    """It says nothing of how far it is: the time tells."""
    time.sleep(doing.act.usual_s * 0.5)
    doing.midst.set()
    time.sleep(doing.act.usual_s * 0.4)
    doing.close_to_end.set()


def _type(doing: Doing) -> None:
    running = doing.running
    for line in doing.act.lines:
        if line == "|":
            until(lambda: _told(running, "utterance", "caption") or running.code is not None, "something was heard")
            doing.midst.set()
            continue
        if line == "stop":
            doing.close_to_end.set()
        running.say(line)


def _told(running: Running, *names: str) -> bool:
    if running.unread:  # nobody looks
        return time.time() - running.began > UNSEEN_S
    return any(event["event"] in names for event in running.events())
