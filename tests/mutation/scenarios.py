"""All that must hold of a cache, in the order in which it is asked."""

from . import cache_scenarios, shared_scenarios

SCENARIOS = (*cache_scenarios.SCENARIOS, *shared_scenarios.SCENARIOS)
