"""Distances on the globe, by vectors from the middle of the earth, whose mean radius is 6,371.0088 km."""

import math
from collections.abc import Mapping
from typing import Any


def kilometres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The distance of two rows on the sphere."""
    here, there = (_vector(row["latitude"], row["longitude"]) for row in (one, other))
    cross = math.hypot(*(here[i - 2] * there[i - 1] - here[i - 1] * there[i - 2] for i in range(3)))
    return math.atan2(cross, sum(a * b for a, b in zip(here, there, strict=True))) * 6371.0088


def _vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return (math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))
