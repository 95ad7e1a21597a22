import numpy as np
import pytest

from tests.transcribe.speakers.conftest import Speak, direction
from transcribe.speakers import INTERVIEWER, PARTICIPANT, UNSURE, Label, Voices, enrolment
from transcribe.speakers.voiceprints import Print, Vector

Heard = list[tuple[str, int, int, list[Print]]]


@pytest.fixture
def interview(speak: Speak, anna: Vector, ben: Vector) -> Heard:
    """Anna asks in odd utterances, Ben answers in even ones, at more length."""
    heard: Heard = []
    for number in range(1, 9):
        start_ms, count = number * 10_000, 1 if number % 2 else 3
        prints = [speak(anna if number % 2 else ben, start_ms + 2_000 * at) for at in range(count)]
        heard.append((f"u{number}", start_ms, start_ms + 2_000 * count, prints))
    return heard


def labelled(heard: Heard, enrolled: Vector | None = None) -> dict[str, Label]:
    voices = Voices()
    voices.enrol(enrolled)
    for utterance in heard:
        voices.add(*utterance)
    return voices.labels()


def speakers(labels: dict[str, Label]) -> list[str]:
    return [labels[key].speaker for key in sorted(labels)]


@pytest.mark.parametrize("name", [INTERVIEWER, PARTICIPANT])
def test_an_enrolled_print_names_the_voices(interview: Heard, anna: Vector, ben: Vector, name: str) -> None:
    labels = labelled(interview, anna if name == INTERVIEWER else ben)

    assert speakers(labels)[0] == name
    assert speakers(labels) == (speakers(labels)[:2]) * 4
    assert all(label.confidence > 0.9 for label in labels.values())


def test_without_enrolment_who_asks_is_named_less_surely(interview: Heard) -> None:
    labels = labelled(interview)

    assert speakers(labels) == [INTERVIEWER, PARTICIPANT] * 4
    assert max(label.confidence for label in labels.values()) <= 0.9


def test_texts_and_moves_in_the_guide_make_the_names_surer(interview: Heard) -> None:
    voices = Voices()
    for utterance in interview:
        voices.add(*utterance)
    texts = {f"u{number}": "What then?" if number % 2 else "Nothing." for number in range(1, 9)}

    with_signs = voices.labels(texts, cues_ms=[9_000, 29_000, 49_000])

    assert with_signs["u1"].confidence > voices.labels()["u1"].confidence


def test_labels_depend_on_what_was_heard_and_not_on_when(interview: Heard, anna: Vector) -> None:
    voices = Voices()
    voices.enrol(anna)
    for utterance in reversed(interview):
        voices.labels()
        voices.add(*utterance)

    assert voices.labels() == labelled(interview, anna)


def test_while_one_voice_was_heard_nobody_is_named(interview: Heard) -> None:
    labels = labelled([utterance for utterance in interview if int(utterance[0][1:]) % 2])

    assert set(speakers(labels)) == {UNSURE}


def test_while_one_voice_was_heard_an_enrolled_print_names_each_utterance(
    interview: Heard, anna: Vector, ben: Vector, speak: Speak
) -> None:
    labels = labelled([*interview[:1], ("u2", 20_000, 21_500, [speak(ben, 20_000)])], anna)

    assert speakers(labels) == [INTERVIEWER, PARTICIPANT]


def test_an_utterance_with_both_voices_has_a_turn_for_each(
    interview: Heard, speak: Speak, anna: Vector, ben: Vector
) -> None:
    both = [speak(anna, 100_000), *(speak(ben, at_ms) for at_ms in (102_000, 104_000, 106_000))]

    label = labelled([*interview, ("u9", 100_000, 108_000, both)], anna)["u9"]

    assert [turn.speaker for turn in label.turns] == [INTERVIEWER, PARTICIPANT]
    assert label.speaker == PARTICIPANT
    assert label.confidence < 0.9


def test_what_was_too_short_to_tell_is_unsure(interview: Heard, anna: Vector) -> None:
    assert labelled([*interview, ("u9", 100_000, 100_200, [])], anna)["u9"] == Label(UNSURE, 0.0, ())


def test_a_voice_that_is_neither_is_unsure_or_not_sure(interview: Heard, speak: Speak, anna: Vector) -> None:
    more: Heard = [(f"v{at}", at * 1_000, at * 1_000 + 1_500, [speak(anna, at * 1_000)]) for at in range(100, 110)]

    label = labelled([*interview, *more, ("u9", 99_000, 100_500, [speak(direction(8), 99_000)])], anna)["u9"]

    assert label.confidence < 0.6


def test_a_struck_utterance_is_forgotten(interview: Heard, anna: Vector) -> None:
    voices = Voices()
    voices.enrol(anna)
    for utterance in interview:
        voices.add(*utterance)

    voices.remove("u8")

    assert voices.labels() == labelled(interview[:-1], anna)


def test_nothing_heard_is_nothing_labelled() -> None:
    assert Voices().labels() == {}


def test_an_enrolment_is_nearer_the_voice_than_its_prints_are(speak: Speak, anna: Vector) -> None:
    prints = [speak(anna, 2_000 * at) for at in range(15)]

    enrolled = enrolment(prints)

    assert enrolled is not None
    assert enrolled @ anna > max(one.vector @ anna for one in prints)
    assert np.linalg.norm(enrolled) == pytest.approx(1, abs=1e-5)


def test_where_nothing_says_who_asks_the_voices_are_known_all_the_same(anna: Vector, ben: Vector, speak: Speak) -> None:
    voices = Voices()
    for number in range(4):  # who begins says most, which speaks for and against being the interviewer
        voice, length_ms, start_ms = (anna, 3_000, 10_000 * number) if number % 2 else (ben, 9_000, 10_000 * number)
        prints = [speak(voice, at_ms) for at_ms in range(start_ms, start_ms + length_ms, 1_500)]
        voices.add(str(number), start_ms, start_ms + length_ms, prints)

    told = voices.labels()

    assert {label.speaker for label in told.values()} == {UNSURE}
    assert [told[key].voice for key in "0123"] == [0, 1, 0, 1]
    assert all(label.confidence > 0.3 and all(turn.known for turn in label.turns) for label in told.values())
