"""A receipt, line by line."""

from __future__ import annotations

from store import Kind, Receipt, Study
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


def of_use(study: Study, kind: Kind, sessions: tuple[str, ...]) -> tuple[str, ...]:
    """That quoting or contact was taken back in these sessions: which copies do not know of it, where it is granted."""
    files = tuple(line for session in sessions for line in study.handed_over.sentences(session))
    participant = study.sessions.get(sessions[0]).participant
    still = [one.id for one in study.consent.still_granted(participant, kind)]
    return (
        *(f"{kind.capitalize()} was withdrawn in session {session}; nothing was destroyed." for session in sessions),
        *(("Copies made before do not say so:", *(f"- {line}" for line in files)) if files else ()),
        *((f"Granted still in session {', '.join(still)}.",) if still else ()),
    )


def newest(study: Study, session: str) -> tuple[str, ...]:
    """The receipt that was just given of this session, in lines."""
    return lines(study.receipts.list(session)[-1])


def told(study: Study, receipt: Receipt) -> tuple[str, ...]:
    """A receipt just made; where nothing was left to destroy, those of before."""
    kept = study.receipts.list(receipt.session)
    if receipt.destroyed or not kept:
        return lines(receipt)
    return "Nothing was left to destroy. What was destroyed before:", *(line for one in kept for line in lines(one))
