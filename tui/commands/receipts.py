"""A receipt, line by line."""

from __future__ import annotations

from store import Receipt
from tui.printing import put


def put_receipt(receipt: Receipt) -> None:
    """What was destroyed and why, what is out of reach, and the head of the audit log as it was then."""
    put(f"Destroyed on {receipt.at:%Y-%m-%d %H:%M} UTC, session {receipt.session} ({receipt.cause}):")
    for line in receipt.destroyed or ("nothing: there was nothing to destroy",):
        put(f"- {line}")
    put("Out of reach:")
    for line in receipt.out_of_reach:
        put(f"- {line}")
    put(f"Audit log head: {receipt.audit_head}")
