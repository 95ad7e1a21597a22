"""The wire: every message comes out as it went in, and nothing else gets through."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe import codec, wire
from transcribe.errors import WireError

KINDS = get_args(wire.Message)
LINES = [wire.Begin("p", "00"), wire.Level(1, 2, 3, -4.5, -6.0), wire.Heard("a", "b", (wire.Word(1, 2, "c", 0.5),))]

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, st.text(st.characters()))  # surrogates too: a path may hold them
messages = st.one_of([st.from_type(kind) for kind in KINDS])


@given(messages)
def test_every_message_comes_out_as_it_went_in(message: wire.Message) -> None:
    line = codec.encode(message)

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert codec.decode(line) == message


@given(st.binary(max_size=200))
def test_a_line_of_anything_is_an_error_of_the_wire(line: bytes) -> None:
    with pytest.raises(WireError):
        codec.decode(line)


@given(st.sampled_from(LINES), st.data())
def test_a_line_with_a_byte_cut_or_changed_is_a_message_or_an_error(message: wire.Message, data: st.DataObject) -> None:
    line = bytearray(codec.encode(message))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = codec.decode(bytes(line[: data.draw(st.integers(0, len(line)))]))
    except WireError:
        return
    assert isinstance(read, KINDS)


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "Nonsense"}',
        b'{"path": "x"}',
        b"[]",
        b"",
        b'{"type": "Grant"}',
        b'{"type": "Grant", "played_ms": "1"}',
        b'{"type": "Grant", "played_ms": true}',
        b'{"type": "Grant", "played_ms": 1, "more": 2}',
        b'{"type": "Attributed", "id": "a", "whose": [{"id": "b", "confidence": 1%s}]}' % (b"0" * 400),
        b'{"type": "Heard", "id": "a", "text": "b", "words": [{"start_ms": 1}]}',
    ],
)
def test_what_nobody_agreed_on_is_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        codec.decode(line)


def test_an_error_never_repeats_what_the_line_said() -> None:
    with pytest.raises(WireError) as error:
        codec.decode(b'{"type": "Heard", "id": "a", "text": "a secret", "words": "a secret"}')

    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None
