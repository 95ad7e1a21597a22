"""Interview guides: what they are, reading and checking those that people write, and the ones that come along.

``load`` reads a file, ``parse`` an exact text kept with a session, ``check`` names every fault of a file,
``bundled`` and ``bundled_guide`` hand out the program's own, ``render_consent`` writes the blank form;
``load_distress`` and ``render_distress`` read and write the card for a moment of distress alone.

Everything that goes wrong is a ``GuideError``: ``GuideFaults`` for a guide that cannot be used (it carries each
``Fault``), ``UnknownGuide`` for a name that no bundled guide has.
"""

from guides.consent import render_consent
from guides.distress import render_distress
from guides.errors import Fault, GuideError, GuideFaults, UnknownGuide
from guides.model import ConsentForm, Distress, Domain, Guide, MemoHeading, Probe, ProbeKind, Question
from guides.reading import check, load, load_distress, parse
from guides.shelf import bundled, bundled_guide

__all__ = [
    "ConsentForm",
    "Distress",
    "Domain",
    "Fault",
    "Guide",
    "GuideError",
    "GuideFaults",
    "MemoHeading",
    "Probe",
    "ProbeKind",
    "Question",
    "UnknownGuide",
    "bundled",
    "bundled_guide",
    "check",
    "load",
    "load_distress",
    "parse",
    "render_consent",
    "render_distress",
]
