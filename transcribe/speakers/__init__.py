"""Tells interviewer and participant apart by their voices, offline.

``Voiceprinter`` makes prints of an utterance's sound, ``Voices`` collects them and labels every utterance;
``by_channel`` labels without either where each person has a microphone. The network's weights are a model to be added,
see ``weights``; a print can tell who somebody is and is to be kept like the sound it was made from.
"""

from transcribe.speakers.channels import Levels, by_channel
from transcribe.speakers.naming import INTERVIEWER, PARTICIPANT, UNSURE
from transcribe.speakers.turns import Turn
from transcribe.speakers.voiceprints import Print, Voiceprinter
from transcribe.speakers.voices import Label, Voices, enrolment

__all__ = [
    "INTERVIEWER",
    "PARTICIPANT",
    "UNSURE",
    "Label",
    "Levels",
    "Print",
    "Turn",
    "Voiceprinter",
    "Voices",
    "by_channel",
    "enrolment",
]
