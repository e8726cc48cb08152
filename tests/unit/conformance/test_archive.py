"""The release archive: the same octets each time, and a digest for everything in it."""

import json
import shutil
from hashlib import sha256
from zipfile import ZipFile

import pytest

from defa_trust.conformance import archive
from defa_trust.conformance.run import default_vectors, load
from defa_trust.errors import MisuseError


def listed(text):
    return dict(reversed(line.split("  ", 1)) for line in text.splitlines())


def test_twice_gives_the_same_octets(tmp_path):
    one = archive.write(tmp_path / "one")
    two = archive.write(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    assert one.name == "defa-vectors-v1.zip"


def test_every_member_stands_in_the_digest_list(tmp_path):
    target = archive.write(tmp_path)
    beside = listed((tmp_path / archive.SUMS).read_text())
    assert beside == {target.name: sha256(target.read_bytes()).hexdigest()}
    with ZipFile(target) as whole:
        inside = {name: whole.read(name) for name in whole.namelist()}
    sums = listed(inside.pop(f"{archive.NAME}/{archive.SUMS}").decode())
    assert sums == {
        name.removeprefix(f"{archive.NAME}/"): sha256(data).hexdigest()
        for name, data in inside.items()
    }
    assert {"README.md", "CHANGELOG.md", "index.json", "jose.json"} <= set(sums)
    assert {f"schemas/test-{name}.v1.schema.json" for name in ("vector", "result")} <= set(sums)


def test_what_was_unpacked_is_what_the_index_names(tmp_path):
    with ZipFile(archive.write(tmp_path)) as whole:
        whole.extractall(tmp_path)
    assert len(load(tmp_path / archive.NAME)) == len(load(default_vectors()))


def test_a_changed_vector_is_not_handed_on(tmp_path):
    shutil.copytree(default_vectors(), tmp_path / "vectors")
    path = tmp_path / "vectors" / "jose.json"
    changed = json.loads(path.read_bytes())
    changed[0]["expect"]["codes"] = []
    path.write_text(json.dumps(changed))
    with pytest.raises(MisuseError, match="not the file"):
        archive.write(tmp_path / "out", tmp_path / "vectors")
    assert not (tmp_path / "out").exists()


def test_the_command_prints_the_digest(tmp_path, capsys):
    assert archive.main([str(tmp_path)]) == 0
    assert archive.NAME in capsys.readouterr().out
    assert archive.main(["--nonsense"]) == 2
    assert archive.main(["a", "b"]) == 2
