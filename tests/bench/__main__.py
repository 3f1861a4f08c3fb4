"""`make bench`: each figure is measured beside its ceiling on the same server, in turns, in the same minutes."""

import argparse
import statistics

from tests.bench import deliveries, transitions


def main() -> None:
    """Runs every measurement and prints its figures."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=6)
    given = arguments.parse_args()
    rounds = transitions.measure(given.rounds, given.seconds)
    ratios = [round_.ratio for round_ in rounds]
    print("\nHTTP transitions against pgbench, 8 clients, one PostgreSQL with fsync, in turns")
    print(f"{'round':>6} {'pgbench/s':>10} {'http/s':>8} {'p50 ms':>7} {'p95 ms':>7} {'web cpu ms':>11} {'ratio':>6}")
    for number, round_ in enumerate(rounds, start=1):
        print(
            f"{number:>6} {round_.ceiling:>10.0f} {round_.served:>8.0f} {round_.median_ms:>7.1f} "
            f"{round_.p95_ms:>7.1f} {round_.cpu_ms:>11.2f} {round_.ratio:>6.2f}"
        )
    print(f"median ratio {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})")
    waits = deliveries.measure(given.rounds * 4)
    print(
        f"\nanswer to mail at the SMTP server, idle, embedded: median {statistics.median(waits) * 1000:.0f} ms, "
        f"longest {max(waits) * 1000:.0f} ms over {len(waits)} mails"
    )


main()
