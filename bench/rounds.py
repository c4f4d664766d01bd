"""Interleaved repetitions: one sample of every peer in turn, again and again, so that what disturbs one disturbs all."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from processes import Others, Stopped

QUIET = 0.25
"""Cores that the rest of the machine may use in a sample that counts without reserve."""

EXTRA = 2
"""Rounds that a measure may add while it is disturbed."""


@dataclass
class Samples:
    """What the rounds gave: per peer its samples, each a metric -> value, with the cores others used meanwhile."""

    taken: dict[str, list[tuple[float, dict[str, float]]]]
    failures: dict[str, str] = field(default_factory=dict)
    sound: Callable[[dict[str, float]], bool] = lambda sample: True
    """Whether what a sample itself says of the client lets it count."""

    def values(self, peer: str, metric: str) -> list[float]:
        """The samples of quiet moments, or all when fewer than two were quiet."""
        every = self.taken.get(peer, [])
        quiet = self.quiet(peer)
        chosen = quiet if len(quiet) >= min(2, len(every)) else [sample for _, sample in every]
        return [sample[metric] for sample in chosen if metric in sample]

    def quiet(self, peer: str) -> list[dict[str, float]]:
        return [sample for others, sample in self.taken.get(peer, []) if others <= QUIET and self.sound(sample)]

    def others(self) -> list[float]:
        return [others for samples in self.taken.values() for others, _ in samples]


class Rounds:
    """Takes samples. While the rest of the machine disturbs, it adds rounds from the spare time; past the end, one round must do."""

    def __init__(self, say: Callable[[str], None], end: float, spare_seconds: float):
        self.say = say
        self.end = end
        self.spare = spare_seconds

    def take(self, what: str, count: int, peers: list[str], sample: Callable[[str], dict[str, float]],
             sound: Callable[[dict[str, float]], bool] = Samples.sound) -> Samples:
        """Samples every peer `count` times, more often while disturbed. A peer that fails is not asked again."""
        samples = Samples({peer: [] for peer in peers}, sound=sound)
        done = 0
        while done == 0 or time.monotonic() < self.end and (
                done < count or self.spare > 0 and done < count + EXTRA and self._disturbed(samples, count)):
            began = time.monotonic()
            for peer in peers:
                if peer in samples.failures:
                    continue
                others = Others()
                try:
                    taken = sample(peer)
                except Stopped as error:
                    samples.failures[peer] = str(error)
                    self.say(f"{what}: {peer} failed: {error}")
                    continue
                samples.taken[peer].append((others.cores(), taken))
                found = ", ".join(f"{metric} {value:.4g}" for metric, value in taken.items())
                self.say(f"{what}, round {done + 1}: {peer}: {found} (others {others.cores():.1f} cores)")
            done += 1
            if done > count:
                self.spare -= time.monotonic() - began
        return samples

    @staticmethod
    def _disturbed(samples: Samples, count: int) -> bool:
        return any(len(samples.quiet(peer)) < min(count, 2) for peer in samples.taken if peer not in samples.failures)


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None
