"""The test region as files, and the program run in this process."""

import pytest
from click.testing import CliRunner


@pytest.fixture(scope="session")
def region():
    from defa_trust.demo.region import build_region

    return build_region()


@pytest.fixture(scope="session")
def region_folder(region, tmp_path_factory):
    from defa_trust.store import TrustStore

    folder = tmp_path_factory.mktemp("region")
    store = TrustStore(folder / "trust")
    store.init(region.pins)
    for place, data in region.documents.items():
        store.put(*place, data)
    (folder / "samples").mkdir()
    for sample in region.samples:
        (folder / "samples" / sample.file_name).write_bytes(sample.data)
    return folder


@pytest.fixture
def run(monkeypatch, tmp_path):
    from defa_trust.cli.app import cli

    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.delenv("DEFA_TRUST_DIR", raising=False)
    monkeypatch.delenv("DEFA_TRUST_DEBUG", raising=False)
    monkeypatch.delenv("DEFA_TRUST_LANG", raising=False)

    def invoke(*args, input=None):
        arguments = [str(arg) for arg in args]
        return CliRunner().invoke(cli, arguments, prog_name="defa-trust", input=input)

    return invoke
