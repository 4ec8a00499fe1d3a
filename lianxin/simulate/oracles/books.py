"""Journals are numbered without a gap, and seals hold every number once with the hash of its bytes."""

import base64

from lianxin.simulate.evidence import Book, Evidence
from lianxin.simulate.oracles.finding import Wrong


def wrong(evidence: Evidence) -> Wrong:
    """Check every service's book and seals."""
    for service, book in evidence.books.items():
        yield from (("", f"{service}: {line}") for line in _book(book))
        seals = [one for one in evidence.of("journal.sealed") if one.service == service]
        hashes = {number: found for number, _, found in book.leaves}
        last = 0
        for seal in sorted(seals, key=lambda one: one.seq):
            first, until = int(seal.data["first"]), int(seal.data["last"])
            if first != last + 1:
                yield "", f"{service}: a seal begins with {first}, the one before ended with {last}"
            for number, one in enumerate(seal.data["hashes"], first):
                if base64.b64decode(one) != hashes.get(number):
                    yield "", f"{service}: the seal's hash of leaf {number} is not the leaf's"
            last = until


def _book(book: Book) -> list[str]:
    numbers = [number for number, _, _ in book.leaves]
    lines = [] if numbers == list(range(1, len(numbers) + 1)) else ["leaves are not numbered 1, 2, 3, ..."]
    facts = [fact for _, fact, _ in book.leaves]
    if missing := set(book.hashes) - set(facts):
        lines.append(f"{len(missing)} facts have no number")
    if len(facts) != len(set(facts)):
        lines.append("a fact has two numbers")
    lines += [
        f"leaf {number} is not the hash of its fact"
        for number, fact, found in book.leaves
        if book.hashes.get(fact) != found
    ]
    return lines
