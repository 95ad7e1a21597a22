import re
from dataclasses import fields

import pytest

from guides import Guide, GuideError, ProbeKind, UnknownGuide, bundled, bundled_guide, render_consent

# the domains of the reference study, by the group they stand in
DOMAINS = {
    "services": {"promoting-hope", "promoting-empowerment", "reducing-isolation", "own-illness-management"},
    "actions": {
        "modelling-recovery",
        "sharing-the-story",
        "recovery-planning",
        "engaging-people",
        "linking-to-community",
        "liaison",
        "advocating",
        "teaching-coping",
        "teaching-problem-solving",
    },
    "processes": {"focusing-on-strengths", "empathy", "trusting-relationship"},
    "setting": {"multidisciplinary-team", "role-clarity", "supervision", "acceptance-by-colleagues"},
    "the person": {"recovery-journey", "own-mental-health", "what-has-changed"},
    "opening": {"opening"},
    "closing": {"closing"},
}

# what every interview of the study covers: domain, question, its words
CORE = {
    "modelling-recovery": (
        "role-model-lately",
        "Tell me about a time lately when somebody could see, just from how you live, that recovery is possible.",
    ),
    "sharing-the-story": ("story-used", "When have you used your own story with someone you support?"),
    "engaging-people": (
        "engaging-first-step",
        "How do you begin with someone who wants nothing to do with the service?",
    ),
    "promoting-hope": ("hope-kept", "How do you keep hope alive with someone who has lost it?"),
    "teaching-coping": ("coping-passed-on", "Which way of coping have you passed on to somebody?"),
    "multidisciplinary-team": (
        "team-place",
        "What is it like for you to work in a team with people from other professions?",
    ),
}

WAVES = (1, 2, 3)


@pytest.fixture
def guide() -> Guide:
    return bundled_guide("peer-specialist-fidelity")


def test_two_guides_come_along_and_each_is_called_as_its_file() -> None:
    assert bundled() == ("open-interview", "peer-specialist-fidelity")
    assert [bundled_guide(name).name for name in bundled()] == list(bundled())


@pytest.mark.parametrize("name", ["nothing", "../pyproject", ""])
def test_an_unknown_name_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownGuide, match=r"there are open-interview and peer-specialist-fidelity\.$") as caught:
        bundled_guide(name)

    assert isinstance(caught.value, GuideError)
    assert isinstance(caught.value, KeyError)


def test_the_guide_covers_every_domain_of_the_study(guide: Guide) -> None:
    found: dict[str, set[str]] = {}
    for domain in guide.domains:
        found.setdefault(domain.group, set()).add(domain.id)

    assert found == DOMAINS


def test_the_guide_is_for_three_waves_and_holds_about_fifty_questions(guide: Guide) -> None:
    assert (guide.version, guide.waves) == ("1.0", 3)
    assert 45 <= len(tuple(guide.questions())) <= 60


@pytest.mark.parametrize("wave", WAVES)
def test_the_core_of_every_wave_is_one_question_in_each_core_domain(guide: Guide, wave: int) -> None:
    core = {guide.domain_of(question.id).id: (question.id, question.text) for question in guide.core_for(wave)}

    assert len(guide.core_for(wave)) == 6
    assert core == CORE


@pytest.mark.parametrize("wave", WAVES)
def test_the_core_with_opening_and_closing_fits_an_hour(guide: Guide, wave: int) -> None:
    frame = [q for q in guide.for_wave(wave) if guide.domain_of(q.id).id in ("opening", "closing")]

    assert 40 <= sum(question.minutes for question in (*guide.core_for(wave), *frame)) <= 60


@pytest.mark.parametrize("wave", WAVES)
def test_every_domain_has_a_question_in_every_wave_but_the_journey_and_the_change(guide: Guide, wave: int) -> None:
    asked = {guide.domain_of(question.id).id for question in guide.for_wave(wave)}

    left_out = {domain.id for domain in guide.domains} - asked
    assert left_out == ({"what-has-changed"} if wave == 1 else {"recovery-journey"})


@pytest.mark.parametrize(
    ("question_id", "domain", "waves", "text"),
    [
        ("change-since-last-time", "what-has-changed", (2, 3), "What has changed for you since we last spoke?"),
        ("own-health", "own-mental-health", (2, 3), "And how have you been looking after yourself?"),
        (
            "closing-anything-else",
            "closing",
            (1, 2, 3),
            "Is there anything I have not asked about that I should have?",
        ),
    ],
)
def test_the_questions_that_others_rely_on_are_there_word_for_word(
    guide: Guide, question_id: str, domain: str, waves: tuple[int, ...], text: str
) -> None:
    question = guide.question(question_id)

    assert (guide.domain_of(question_id).id, question.waves, question.text) == (domain, waves, text)
    assert not question.core


@pytest.mark.parametrize("name", bundled())
def test_every_question_has_at_least_two_probes_and_none_twice(name: str) -> None:
    for question in bundled_guide(name).questions():
        texts = [probe.text for probe in question.probes]
        assert len(set(texts)) == len(texts) >= 2, question.id


def test_every_core_question_has_a_probe_of_every_kind(guide: Guide) -> None:
    for question in guide.core_for(1):
        assert {probe.kind for probe in question.probes} == set(ProbeKind), question.id


def test_nothing_asked_in_the_first_wave_speaks_of_an_earlier_talk(guide: Guide) -> None:
    for question in guide.for_wave(1):
        spoken = " ".join([question.text, *(probe.text for probe in question.probes)])
        assert not re.search(r"last spoke|last talk|last time we", spoken), question.id


@pytest.mark.parametrize("name", bundled())
def test_questions_are_short_open_and_asked_one_at_a_time(name: str) -> None:
    for question in bundled_guide(name).questions():
        opener = question.text.removeprefix("And ").split()[0].lower()
        assert len(question.text) <= 105, question.id
        assert question.text.count("?") <= 1, question.id
        assert opener not in {"do", "did", "does", "are", "was", "have", "has", "can", "would", "should", "why"}


def test_the_source_says_that_the_questions_are_ours_and_what_is_not_in_it(guide: Guide) -> None:
    for words in ("Chinman et al. 2016", "Poremski et al. 2022", "our own wording", "items", "anchors", "not included"):
        assert words in guide.source


def test_the_memo_headings_are_those_of_the_study_and_know_what_fills_them(guide: Guide) -> None:
    assert [(heading.title, heading.prefill) for heading in guide.memo_headings] == [
        ("First words", ""),
        ("Operational", "jottings"),
        ("Reflexive", ""),
        ("Theoretical", ""),
        ("In-vivo phrases", "marks"),
        ("Fidelity evidence", "guide_log"),
        ("Change since last wave", ""),
        ("Next time", "not_asked"),
        ("Care and ethics", ""),
    ]
    assert all(heading.hint for heading in guide.memo_headings)


def test_the_short_guide_shows_the_format_in_its_remarks() -> None:
    guide = bundled_guide("open-interview")

    assert 6 <= len(tuple(guide.questions())) <= 10
    assert all(guide.core_for(wave) for wave in range(1, guide.waves + 1))
    for key in ("core", "waves", "minutes", "probes", "prefill", *(kind.value for kind in ProbeKind)):
        assert re.search(rf"^#.*\b{key}\b", guide.text, re.MULTILINE), key


@pytest.mark.parametrize("name", bundled())
def test_the_blank_consent_form_asks_four_things_and_ticks_none(name: str) -> None:
    guide = bundled_guide(name)

    form = render_consent(guide)

    assert form.count("[   ]  Yes") == form.count("[   ]  No") == 4
    assert "[x]" not in form.lower()
    assert f"Form version {guide.consent.version}, {guide.consent.date}" in form
    for line in ("Participant number", "Date", "Participant's signature", "Interviewer's signature"):
        assert re.search(rf"^{line} +_+$", form, re.MULTILINE), line


def test_the_blank_consent_form_holds_every_word_of_the_guide_and_fits_the_sheet(guide: Guide) -> None:
    form = render_consent(guide)

    flowing = " ".join(form.split())
    for field in fields(guide.consent):
        assert " ".join(getattr(guide.consent, field.name).split()) in flowing, field.name
    assert max(len(line) for line in form.splitlines()) <= 80
