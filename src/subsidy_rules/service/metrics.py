"""What is measured, for Prometheus. No label holds anything that a caller sent."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

METHODS = ("GET", "HEAD", "POST", "DELETE")
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """One registry for each application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter("subsidy_rules_requests", "Requests answered", names, registry=self.registry)
        self.seconds = Histogram(
            "subsidy_rules_request_seconds",
            "From headers to answer",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.running = Gauge("subsidy_rules_running", "Requests that are being answered", registry=self.registry)
        self.reloads = Counter("subsidy_rules_reloads", "Reloads of the policies", ("outcome",), registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)
