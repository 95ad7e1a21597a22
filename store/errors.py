"""What can go wrong with a study, each as one plain sentence that says what to do.

StoreError
├── BadInput            what was given can't be used
├── NotFound            no such participant, session, guide, utterance or memo
├── StudyMissing        there is no study in this folder
├── StudyExists         there is one already
├── StudyDamaged        files of the study are missing or broken
├── StudyLocked         another program is conducting a session, or writing
├── WrongPassphrase     neither the passphrase nor the recovery key fits
├── ConsentRequired     the participant has not agreed to this
└── StateError          the session does not stand where this is allowed
"""


class StoreError(Exception):
    """The base of everything this room raises."""


class BadInput(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """What was given can't be used."""


class NotFound(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """No such participant, session, guide, utterance or memo."""


class StudyMissing(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """There is no study in this folder."""


class StudyExists(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """There is a study in this folder already."""


class StudyDamaged(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """Files of the study are missing or broken."""


class StudyLocked(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """Another program is conducting a session, or writing."""


class WrongPassphrase(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """Neither the passphrase nor the recovery key fits."""


class ConsentRequired(StoreError):  # noqa: N818 - named for what it is, as the docstring tree reads
    """The participant has not agreed to this."""


class StateError(StoreError):
    """The session does not stand where this is allowed."""
