"""``vivavoce study``: make, describe, verify and keep a study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from guides import Guide, UnknownGuide, bundled_guide, load, plaintext
from guides.texts import readable
from store import Study
from store.info import StudyInfo
from store.localtime import local_day, local_time
from tui.clock import world_now
from tui.commands import backup, card, rekey, retention, words
from tui.commands.base import Group, opened_study, passphrase, study_folder
from tui.printing import put, say
from tui.times import clock_time


@click.group(cls=Group, example="vivavoce study info --study ~/my-study")
def study() -> None:
    """Make, describe, verify and keep a study."""


@study.command(example='vivavoce study init --study ~/my-study --name "Peer support"')
@click.option("--name", help="What the study is called (else the folder's name).")
@click.option("--guide", default="peer-specialist-fidelity", show_default=True, help="A bundled guide, or a file.")
@click.option("--keep-until", metavar="TIME", help="How long sessions are kept: 2035-04-30, or 120 (months).")
@click.pass_context
def init(ctx: click.Context, name: str | None, guide: str, keep_until: str | None) -> None:
    """Make a new study; prints its recovery key, once."""
    folder = study_folder(ctx)
    chosen, rule = named_guide(guide), retention.rule_of(keep_until or "", local_day(world_now()))
    secret = passphrase(ctx, folder, twice=True)
    made, recovery_key = Study.create(
        folder, secret, name=name or readable(folder.absolute().name), guide=chosen, now=world_now()
    )
    if keep_until:
        made.retention.set(rule, world_now())
    made.close()
    rekey.say_strength(secret)
    say(f"The study is in {folder}. Write this recovery key down: it is shown this once, and it opens the study")
    say("when the passphrase is forgotten.")
    put(recovery_key)


@study.command(example="vivavoce study info --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def info(ctx: click.Context, as_json: bool) -> None:
    """Say what the study holds."""
    with opened_study(ctx) as opened:
        facts = opened.info(world_now())
    if as_json:
        put(plaintext.as_json(asdict(facts), default=str))
        return
    for line in _in_words(facts):
        put(line)


@study.command(example="vivavoce study check")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Verify everything in the study; one line a finding."""
    with opened_study(ctx) as opened:
        findings = opened.check()
        left_out = opened.info(world_now()).left_out
    if left_out:
        are = "recording is" if left_out == 1 else "recordings are"
        say(f"{left_out} {are} not here: this study was restored from a backup without sound.")
    for finding in findings:
        put(f"{finding.code}: {finding.text}")
    if findings:
        ctx.exit(1)
    say("Nothing is wrong with this study.")


study.add_command(backup.backup)
study.add_command(backup.restore)
study.add_command(rekey.rekey)
study.add_command(card.distress)
study.add_command(words.glossary)
study.add_command(retention.retention)
study.add_command(retention.destroy_due)
study.add_command(words.verbatim)


def named_guide(name: str) -> Guide:
    """A bundled guide by its name, or the guide in a file."""
    try:
        return bundled_guide(name)
    except UnknownGuide:
        if Path(name).suffix == ".toml" or Path(name).exists():
            return load(Path(name))
        raise


def _in_words(facts: StudyInfo) -> Iterator[str]:
    """What a study holds, a line each."""
    yield f"name: {facts.name}" + (" (invented words)" if facts.invented else "")
    yield f"folder: {facts.folder}"
    yield f"made: {local_time(facts.created_at)}"
    yield f"guide: {facts.guide_title} (SHA-256 {facts.guide_sha256})"
    yield f"participants: {facts.participants}"
    yield f"sessions: {', '.join(f'{count} {state}' for state, count in facts.sessions.items()) or 'none'}"
    if facts.annulled:
        yield f"annulled, so not counted: {facts.annulled}"
    yield f"recorded: {clock_time(facts.recorded_ms)} of sound"
    if facts.left_out:
        yield f"recordings that are not here (restored without sound): {facts.left_out}"
    yield f"memos: {facts.memos}"
    yield f"on disk: {facts.bytes_on_disk / 1e6:.1f} MB"
    yield f"verbatim: {facts.verbatim}"
    yield f"glossary: {facts.glossary} {'term' if facts.glossary == 1 else 'terms'}"
    yield f"sessions are kept: {facts.retention}"
