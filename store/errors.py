"""What can go wrong with a study, each as one plain sentence that says what to do.

StoreError
├── BadInput            what was given can't be used
├── NotFound            no such participant, session, guide, utterance or memo
├── StudyMissing        there is no study in this folder
├── StudyExists         there is one already
├── BackupBroken        a file is no backup of a study, or not whole
├── StudyDamaged        files of the study are missing or broken
├── NotNow              the study can't be written now; the same may go well later
│   ├── DiskFull        there is no room
│   ├── GaveWay         it was dropped for somebody who could not wait
│   └── StudyLocked     another program is conducting a session, or writing
├── ReceiptOwed         it is destroyed, and unused space is still to be erased
├── WrongPassphrase     neither the passphrase nor the recovery key fits
├── TooSoon             after several wrong ones, the next has to wait
├── ConsentRequired     the participant has not agreed to this
└── StateError          the session does not stand where this is allowed
"""


class StoreError(Exception):
    """The base of everything this room raises."""


class BadInput(StoreError):
    """What was given can't be used."""


class NotFound(StoreError):
    """No such participant, session, guide, utterance or memo."""


class StudyMissing(StoreError):
    """There is no study in this folder."""


class StudyExists(StoreError):
    """There is a study in this folder already."""


class StudyDamaged(StoreError):
    """Files of the study are missing or broken."""


class BackupBroken(StoreError):
    """A file is no backup of a study, or not whole."""


class NotNow(StoreError):
    """The study can't be written now, as on a full disk; the same may go well later."""


class DiskFull(NotNow):
    """There is no room for it."""


class StudyLocked(NotNow):
    """Another program is conducting a session, or writing."""


class GaveWay(NotNow):
    """It was dropped, without having changed anything, for somebody who could not wait."""


class ReceiptOwed(StoreError):
    """What was to be destroyed is gone, and its receipt is given when unused space is erased as well (``erase``)."""


class WrongPassphrase(StoreError):
    """Neither the passphrase nor the recovery key fits."""


class TooSoon(StoreError):
    """After several wrong passphrases the next one has to wait, for ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Several passphrases were wrong: the next can be tried in {seconds} s.")
        self.seconds = seconds


class ConsentRequired(StoreError):
    """The participant has not agreed to this."""


class StateError(StoreError):
    """The session does not stand where this is allowed."""
