from hypothesis import given
from hypothesis import strategies as st

from transcribe.speakers import INTERVIEWER, PARTICIPANT, UNSURE, by_channel


def test_the_louder_channel_says_who_speaks() -> None:
    labels = by_channel({"a": (-20, -60), "b": (-55, -25), "c": (-22, -61)}, interviewer=1)

    assert [labels[key].speaker for key in "abc"] == [PARTICIPANT, INTERVIEWER, PARTICIPANT]
    assert all(label.confidence > 0.9 for label in labels.values())


def test_one_microphone_turned_up_more_is_allowed_for() -> None:
    # Two microphones in one room, each 10 dB louder for its own speaker, the second turned up by 8 dB.
    labels = by_channel({"a": (-20, -22), "b": (-30, -12)})

    assert [labels[key].speaker for key in "ab"] == [INTERVIEWER, PARTICIPANT]


def test_while_one_channel_is_silent_its_silence_is_not_taken_for_a_soft_voice() -> None:
    assert by_channel({"a": (-20, -90)})["a"].speaker == INTERVIEWER


def test_the_same_sound_in_both_channels_says_nothing() -> None:
    labels = by_channel({"a": (-20, -20), "b": (-31, -31)})

    assert {label.speaker for label in labels.values()} == {UNSURE}


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
        str(at): (level, level - crosstalk_db + gain_db) if channel == 0 else (level - crosstalk_db, level + gain_db)
        for at, (channel, level) in enumerate(said)
    }

    labels = by_channel(levels)

    wrong = {
        at for at, (channel, _) in enumerate(said) if labels[str(at)].speaker == (PARTICIPANT, INTERVIEWER)[channel]
    }
    assert not wrong


def test_a_voice_that_is_soft_in_its_own_channel_is_known_all_the_same() -> None:
    labels = by_channel({"loud": (-20, -32), "soft": (-52, -40), "loud again": (-21, -33)})

    assert [labels[key].speaker for key in labels] == [INTERVIEWER, PARTICIPANT, INTERVIEWER]
    assert all(label.confidence > 0.9 for label in labels.values())
