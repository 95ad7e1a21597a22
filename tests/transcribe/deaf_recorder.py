"""A recorder that can neither find speech nor tell channels apart: ``python -m tests.transcribe.deaf_recorder``."""

from __future__ import annotations

import sys
from typing import Any

from transcribe import loudness, onnx, record


def broken(*_: Any) -> Any:
    raise LookupError("no such thing")


def main() -> int:
    """The real recorder without both."""
    setattr(onnx, "load", broken)  # noqa: B010
    setattr(loudness.Loudness, "hear", broken)  # noqa: B010 - the checker takes it for a method
    setattr(loudness.Loudness, "of", broken)  # noqa: B010
    return record.main()


if __name__ == "__main__":
    sys.exit(main())
