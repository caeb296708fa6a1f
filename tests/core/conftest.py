"""How many examples the properties of core get: a few hundred, always the same; many with --long."""

import pytest
from hypothesis import HealthCheck, settings


def pytest_configure(config: pytest.Config) -> None:
    is_long = config.getoption("--long", default=False)
    settings.register_profile(
        "core",
        max_examples=3_000 if is_long else 200,
        derandomize=not is_long,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
