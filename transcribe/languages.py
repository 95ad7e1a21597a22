"""The languages that Whisper reads, and which of them a guide's language is."""

from __future__ import annotations

from typing import Any

ENGLISH = "en"

_CODES = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it
ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn
so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue
"""

#: Whisper's own codes. ``yue`` is known to the biggest models only.
CODES = frozenset(_CODES.split())
_OTHER_NAMES = {"nb": "no", "jv": "jw", "fil": "tl", "iw": "he", "in": "id", "cmn": "zh"}


def code_of(tag: str) -> str:
    """Whisper's code for a language tag such as ``pt-BR``; empty where Whisper does not know that language."""
    code = tag.partition("-")[0].lower()
    code = _OTHER_NAMES.get(code, code)
    return code if code in CODES else ""


def to_read(model: Any, language: str | None) -> str | None:
    """What this ``WhisperModel`` is to take the speech for; None: it finds out."""
    if not model.model.is_multilingual:
        return ENGLISH
    known = language and model.hf_tokenizer.token_to_id(f"<|{language}|>") is not None
    return language if known else None
