"""Every test: the libraries' own threads sleep when they have nothing to do, as they do in the program."""

import os

from transcribe.frugal import FRUGAL

os.environ.update({name: value for name, value in FRUGAL.items() if name not in os.environ})
