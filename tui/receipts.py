"""A receipt, line by line."""

from __future__ import annotations

from store import Receipt, Study
from store.localtime import local_time


def lines(receipt: Receipt) -> tuple[str, ...]:
    """What was destroyed and why, what is out of reach, and the head of the audit log as it was then."""
    return (
        f"Destroyed on {local_time(receipt.at)}, session {receipt.session} ({receipt.cause}):",
        *(f"- {line}" for line in receipt.destroyed or ("nothing: there was nothing to destroy",)),
        "Out of reach:",
        *(f"- {line}" for line in receipt.out_of_reach),
        f"Audit log head: {receipt.audit_head}",
    )


def told(study: Study, receipt: Receipt) -> tuple[str, ...]:
    """A receipt just made; where nothing was left to destroy, those of before."""
    kept = study.receipts.list(receipt.session)
    if receipt.destroyed or not kept:
        return lines(receipt)
    return "Nothing was left to destroy. What was destroyed before:", *(line for one in kept for line in lines(one))
