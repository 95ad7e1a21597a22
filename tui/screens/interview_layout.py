"""Where things stand on the interview screen, from the widest terminal down to one of twenty columns."""

from __future__ import annotations

WIDTHS = [(0, "-tiny"), (56, "-narrow"), (100, "-wide"), (150, "-broad")]
HEIGHTS = [(0, "-low"), (14, "-middling"), (30, "-tall")]
LAYOUT = """
InterviewScreen {
    #interview-left { width: 34; }
    #interview-right { width: 1fr; }
    #interview-body Jottings { height: auto; min-height: 4; max-height: 40%; }
    &.-wide #interview-left, &.-broad #interview-left { width: 42; }
    &.-notes #interview-right Jottings { height: 1fr; max-height: 100%; }
    &.-notes Captions, &.-soundless LevelMeter { display: none; }
    &.-notes NoteWords, &.-notes NoteWords:focus { min-height: 3; max-height: 40vh; }
    &.-narrow.-middling KeyFooter, &.-narrow.-tall KeyFooter { layout: grid; height: 2; }
    &.-wide.-middling KeyFooter, &.-wide.-tall KeyFooter { layout: grid; height: 2; }
    &.-narrow QuestionCard { padding: 0 1; }
    &.-narrow #question-facts, &.-narrow #question-probes { margin-top: 0; }
    &.-tiny #interview-left, &.-tiny #top-who, &.-tiny LevelMeter, &.-tiny #top-machine { display: none; }
    &.-tiny #top-core, &.-low Jottings, &.-low #question-probes, &.-low NewsLine, &.-low Captions { display: none; }
    &.-low NoteWords, &.-low NoteWords:focus { min-height: 1; max-height: 2; }
    &.-low QuestionCard, &.-tiny QuestionCard { padding: 0; }
    &.-low QuestionCard { max-height: 100%; border: none; }
}
"""
