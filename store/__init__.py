"""The study on disk: people, sessions, consent, words and memos, encrypted; and what leaves it as a hand-over.

``Study.create`` and ``Study.open`` are the only ways in. Everything a study hands out is a frozen dataclass of
``store.records``; everything it raises is a ``StoreError`` whose message says what to do.
"""

from store.anew import encrypt_anew
from store.attachments import Attachment
from store.backup import BackupReceipt
from store.dossier import Dossier
from store.errors import (
    BackupBroken,
    BadInput,
    ConsentRequired,
    NotFound,
    NotNow,
    ReceiptOwed,
    StateError,
    StoreError,
    StudyDamaged,
    StudyExists,
    StudyLocked,
    StudyMissing,
    TooSoon,
    WrongPassphrase,
)
from store.handed_over import HandedOver
from store.info import StudyInfo
from store.kept_receipts import Cause, Receipt
from store.lock import SessionLock
from store.log import Note
from store.patience import wait_s
from store.permits import CheckPermit, Permit
from store.records import (
    AuditEntry,
    ConsentDecision,
    Cue,
    Decision,
    Finding,
    GapRow,
    Hit,
    Interruption,
    Jotting,
    Kind,
    Looked,
    Mark,
    Memo,
    MemoVersion,
    Mode,
    Move,
    Participant,
    Pause,
    Reading,
    Session,
    SpokenWord,
    State,
    Utterance,
    UtteranceVersion,
    Verbatim,
    Wish,
)
from store.restoring import RestoreReceipt, restore
from store.retention import Outlook, Rule, as_rule, typed_rule
from store.sealed import Act, SealedDecision
from store.study import Study
from store.transcript import Line

__all__ = [
    "Act",
    "Attachment",
    "AuditEntry",
    "BackupBroken",
    "BackupReceipt",
    "BadInput",
    "Cause",
    "CheckPermit",
    "ConsentDecision",
    "ConsentRequired",
    "Cue",
    "Decision",
    "Dossier",
    "Finding",
    "GapRow",
    "HandedOver",
    "Hit",
    "Interruption",
    "Jotting",
    "Kind",
    "Line",
    "Looked",
    "Mark",
    "Memo",
    "MemoVersion",
    "Mode",
    "Move",
    "NotFound",
    "NotNow",
    "Note",
    "Outlook",
    "Participant",
    "Pause",
    "Permit",
    "Reading",
    "Receipt",
    "ReceiptOwed",
    "RestoreReceipt",
    "Rule",
    "SealedDecision",
    "Session",
    "SessionLock",
    "SpokenWord",
    "State",
    "StateError",
    "StoreError",
    "Study",
    "StudyDamaged",
    "StudyExists",
    "StudyInfo",
    "StudyLocked",
    "StudyMissing",
    "TooSoon",
    "Utterance",
    "UtteranceVersion",
    "Verbatim",
    "Wish",
    "WrongPassphrase",
    "as_rule",
    "encrypt_anew",
    "restore",
    "typed_rule",
    "wait_s",
]
