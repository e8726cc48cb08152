import pytest

from defa_trust.demo.region import build_region
from defa_trust.demo.table import verdict_rows


@pytest.fixture(scope="session")
def region():
    return build_region()


@pytest.fixture(scope="session")
def assembly(region):
    return region.assemble()


@pytest.fixture(scope="session")
def snapshot(assembly):
    return assembly.snapshot()


@pytest.fixture(scope="session")
def rows(region, snapshot):
    return verdict_rows(region, snapshot)
