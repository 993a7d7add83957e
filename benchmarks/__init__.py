"""The benchmark: Triple Helix beside PostGraphile on one PostgreSQL, with pgbench as the limit.

`scripts/bench` runs it (docs/performance.md explains it). It compares contestants within one run and asserts
nothing about time. The data set is exchange/benchmark's; this room sees every other and no other sees it.
"""
