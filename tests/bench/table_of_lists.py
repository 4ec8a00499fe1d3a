"""The rows of the table about desk lists, search and long cases, and how they grow."""

from collections.abc import Iterator

from lists import Found, p50_and_p95

GOALS = {"a work list": "50 ms", "today": "50 ms", "the search": "100 ms", "a case": "80 ms"}
Row = tuple[str, str, str]


def rows(found: Found) -> Iterator[Row]:
    """Give a row for each question and asker, with a figure for each number of cases."""
    for (what, who), by_size in found.took.items():
        sizes = " / ".join(f"{size:,}" for size in by_size)
        figures = "; ".join("{:.0f}, {:.0f} ms".format(*_ms(took)) for took in by_size.values())
        goal = next(goal for begins, goal in GOALS.items() if what.startswith(begins))
        yield f"{what}, by {who}, among {sizes} cases: p50, p95 of each", figures, f"p95 under {goal}"
    loading = " / ".join(f"{seconds:.0f} s" for seconds in found.loading.values())
    yield f"loading them, one after the other; all weigh {found.bytes / 2**30:.1f} GiB", loading, ""


def _ms(seconds: list[float]) -> tuple[float, ...]:
    return tuple(one * 1000 for one in p50_and_p95(seconds))
