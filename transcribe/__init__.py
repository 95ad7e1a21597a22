"""Sound in, words out: the recorder, the recording, voice activity, the scribe, and the wire they speak."""
