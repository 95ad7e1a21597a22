import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcribe.speakers import INTERVIEWER, PARTICIPANT, UNSURE, Levels, by_channel
from transcribe.speakers.channels import BLOCK_MS

WHO = (INTERVIEWER, PARTICIPANT)


def heard(*stretches: tuple[float, float, int], start_ms: int = 0) -> Levels:
    """An utterance of stretches: dB below full scale in the first channel and in the second, and ms."""
    rows = [
        (32_768**2 * 10 ** (first_db / 10), 32_768**2 * 10 ** (second_db / 10))
        for first_db, second_db, length_ms in stretches
        for _ in range(length_ms // BLOCK_MS)
    ]
    return Levels(start_ms, start_ms + len(rows) * BLOCK_MS, np.array(rows))


def whole(first_db: float, second_db: float) -> Levels:
    return heard((first_db, second_db, 2_000))


def test_the_louder_channel_says_who_speaks() -> None:
    labels = by_channel({"a": whole(-20, -60), "b": whole(-55, -25), "c": whole(-22, -61)}, interviewer=1)

    assert [labels[key].speaker for key in "abc"] == [PARTICIPANT, INTERVIEWER, PARTICIPANT]
    assert all(label.confidence > 0.9 for label in labels.values())


def test_one_microphone_turned_up_more_is_allowed_for() -> None:
    # Two microphones in one room, each 10 dB louder for its own speaker, the second turned up by 8 dB.
    labels = by_channel({"a": whole(-20, -22), "b": whole(-30, -12)})

    assert [labels[key].speaker for key in "ab"] == [INTERVIEWER, PARTICIPANT]


def test_while_one_channel_is_silent_its_silence_is_not_taken_for_a_soft_voice() -> None:
    assert by_channel({"a": whole(-20, -90)})["a"].speaker == INTERVIEWER


def test_the_same_sound_in_both_channels_says_nothing() -> None:
    labels = by_channel({"a": whole(-20, -20), "b": whole(-31, -31)})

    assert {label.speaker for label in labels.values()} == {UNSURE}


def test_a_voice_that_is_soft_in_its_own_channel_is_known_all_the_same() -> None:
    labels = by_channel({"loud": whole(-20, -32), "soft": whole(-52, -40), "loud again": whole(-21, -33)})

    assert [labels[key].speaker for key in labels] == [INTERVIEWER, PARTICIPANT, INTERVIEWER]
    assert all(label.confidence > 0.9 for label in labels.values())


def test_an_utterance_in_which_both_speak_has_a_turn_for_each() -> None:
    pause = (-70.0, -70.0, 300)
    both = heard((-20, -32, 2_000), pause, (-35, -23, 1_000), start_ms=5_000)

    turns = by_channel({"both": both})["both"].turns

    assert [turn.speaker for turn in turns] == [INTERVIEWER, PARTICIPANT]
    assert (turns[0].start_ms, turns[-1].end_ms) == (5_000, 8_300)
    assert 7_000 <= turns[0].end_ms == turns[1].start_ms <= 7_300


def test_a_cough_in_the_other_microphone_makes_no_turn() -> None:
    assert len(by_channel({"a": heard((-20, -40, 2_000), (-30, -22, 200), (-20, -40, 2_000))})["a"].turns) == 1


def test_levels_are_measured_in_each_channel_to_the_last_sample() -> None:
    sound = np.zeros((1_650, 2), np.int16)
    sound[:, 0], sound[1_600:, 1] = 100, -400

    levels = Levels.of(200, sound)

    assert (levels.start_ms, levels.end_ms) == (200, 303)
    first, last = (10_000.0, 0.0), (10_000 * 50 / 1_600, 160_000 * 50 / 1_600)
    assert np.allclose(levels.power, np.array((first, last)))


@given(
    said=st.lists(st.tuples(st.integers(0, 1), st.floats(-35, -20)), min_size=2, max_size=20),
    crosstalk_db=st.floats(10, 40),
    gain_db=st.floats(-4, 4),
)
def test_separate_microphones_are_never_confused(
    said: list[tuple[int, float]], crosstalk_db: float, gain_db: float
) -> None:
    said = [*said, (0, -25.0), (1, -25.0)]
    levels = {
        str(at): whole(level, level - crosstalk_db + gain_db)
        if channel == 0
        else whole(level - crosstalk_db, level + gain_db)
        for at, (channel, level) in enumerate(said)
    }

    labels = by_channel(levels)

    assert [labels[str(at)].speaker for at in range(len(said))] == [WHO[channel] for channel, _ in said]
