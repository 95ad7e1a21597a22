"""The study on disk: people, sessions, consent, words and memos, encrypted; and what leaves it as a hand-over."""
