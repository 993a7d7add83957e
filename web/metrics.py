"""What is counted for operators: requests, operations, durations, pools, caches; Prometheus text format.

Every application has a registry of its own. Labels come from fixed sets only, never from what a client
sent. Served on a loopback port of its own, so that the public port never shows it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Gauge, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from structlog import get_logger

from resolvers.cache import Cache

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS"})

log = get_logger("triplehelix.metrics")


class _Watched(Collector):
    """Numbers that others own, read when they are asked for."""

    def __init__(self) -> None:
        self.sources: list[Callable[[], Metric]] = []

    def collect(self) -> Iterable[Metric]:
        """The numbers at this moment."""
        return [read() for read in self.sources]


class _Counts:
    """Events by their labels. Only the loop's thread counts; prometheus_client would lock at each event."""

    def __init__(self, name: str, documentation: str, labels: tuple[str, ...]) -> None:
        self._name, self._documentation, self._labels = name, documentation, labels
        self._counts: dict[tuple[str, ...], int] = {}

    def add(self, labels: tuple[str, ...]) -> None:
        self._counts[labels] = self._counts.get(labels, 0) + 1

    def read(self) -> Metric:
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        for labels, count in list(self._counts.items()):
            family.add_metric(labels, count)
        return family


class _Durations:
    """Seconds in the buckets of SECONDS, counted by the loop's thread as well."""

    def __init__(self, name: str, documentation: str) -> None:
        self._name, self._documentation = name, documentation
        self._counts = [0] * (len(SECONDS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(SECONDS, seconds)] += 1
        self._sum += seconds

    def read(self) -> Metric:
        names = (*map(str, SECONDS), "+Inf")
        buckets = list(zip(names, accumulate(self._counts), strict=True))
        return HistogramMetricFamily(self._name, self._documentation, buckets=buckets, sum_value=self._sum)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._watched = _Watched()
        self.registry.register(self._watched)
        self._requests = _Counts("triplehelix_requests", "HTTP requests.", ("method", "status"))
        self._request_seconds = _Durations("triplehelix_request_seconds", "Time of HTTP requests.")
        self._operations = _Counts("triplehelix_operations", "GraphQL operations.", ("outcome",))
        self._operation_seconds = _Durations("triplehelix_operation_seconds", "Time of GraphQL operations.")
        for counted in (self._requests, self._request_seconds, self._operations, self._operation_seconds):
            self._watched.sources.append(counted.read)
        self.sockets = Gauge("triplehelix_sockets", "Open websockets.", registry=self.registry)
        self.streams = Gauge("triplehelix_streams", "Open event streams.", registry=self.registry)
        self._server: tuple[WSGIServer, Thread] | None = None

    def request(self, method: str, status: int, seconds: float) -> None:
        """Count a finished HTTP request."""
        self._requests.add((method if method in METHODS else "OTHER", str(status)))
        self._request_seconds.add(seconds)

    def operation(self, outcome: str, seconds: float) -> None:
        """Count a finished operation: ok, errors (some field failed), refused (no data) or timeout."""
        self._operations.add((outcome,))
        self._operation_seconds.add(seconds)

    def watch_pools(self, usage: Callable[[], Mapping[str, tuple[int, int]]]) -> None:
        """Show the pools of a database: for each name, connections in use and the most it may have."""

        def read() -> Metric:
            family = GaugeMetricFamily(
                "triplehelix_pool_connections", "Connections.", labels=["pool", "state"]
            )
            for name, (used, most) in usage().items():
                family.add_metric([name, "used"], used)
                family.add_metric([name, "most"], most)
            return family

        self._watched.sources.append(read)

    def watch_caches(self, caches: Mapping[str, Cache[Any, Any]]) -> None:
        """Show caches by name: entries, the most there may be, and look-ups by what came of them."""

        def entries() -> Metric:
            family = GaugeMetricFamily("triplehelix_cache_entries", "Entries.", labels=["cache", "state"])
            for name, cache in caches.items():
                family.add_metric([name, "used"], len(cache))
                family.add_metric([name, "most"], cache.size)
            return family

        def lookups() -> Metric:
            family = CounterMetricFamily("triplehelix_cache_lookups", "Look-ups.", labels=["cache", "result"])
            for name, cache in caches.items():
                family.add_metric([name, "hit"], cache.hits)
                family.add_metric([name, "miss"], cache.misses)
            return family

        self._watched.sources += [entries, lookups]

    def serve(self, port: int) -> None:
        """Serve /metrics on a loopback port; where it is taken (a second worker), say so and go on."""
        if port == 0:
            return
        try:
            self._server = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        except OSError as error:
            log.warning("metrics are off: the port is taken", port=port, error=error.strerror)

    def stop(self) -> None:
        """Stop serving /metrics."""
        if self._server is not None:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join()
            self._server = None
