"""What is counted for operators: requests, operations, durations, pools, caches; Prometheus text format.

Every application has a registry of its own. Labels come from fixed sets only, never from what a client
sent. Served on a loopback port of its own, so that the public port never shows it.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
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


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._watched = _Watched()
        self.registry.register(self._watched)
        self._requests = Counter(
            "triplehelix_requests", "HTTP requests.", ["method", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "triplehelix_request_seconds", "Time of HTTP requests.", buckets=SECONDS, registry=self.registry
        )
        self._operations = Counter(
            "triplehelix_operations", "GraphQL operations.", ["outcome"], registry=self.registry
        )
        self._operation_seconds = Histogram(
            "triplehelix_operation_seconds",
            "Time of GraphQL operations.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.sockets = Gauge("triplehelix_sockets", "Open websockets.", registry=self.registry)
        self.streams = Gauge("triplehelix_streams", "Open event streams.", registry=self.registry)
        self._server: tuple[WSGIServer, Thread] | None = None

    def request(self, method: str, status: int, seconds: float) -> None:
        """Count a finished HTTP request."""
        self._requests.labels(method if method in METHODS else "OTHER", str(status)).inc()
        self._request_seconds.observe(seconds)

    def operation(self, outcome: str, seconds: float) -> None:
        """Count a finished operation: ok, errors (some field failed), refused (no data) or timeout."""
        self._operations.labels(outcome).inc()
        self._operation_seconds.observe(seconds)

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
