"""Judges that share no code with what they judge: each reads the evidence and names what can't be true."""

from collections.abc import Iterator

from lianxin.simulate.evidence import Evidence
from lianxin.simulate.oracles import books, dates, duties, obligations, once, paths, rights, rungs
from lianxin.simulate.oracles.finding import Finding

ORACLES = {
    "I11 legal steps": paths.wrong,
    "I12 one end for each obligation": obligations.wrong,
    "I13 dates": dates.wrong,
    "I14 clocks and order": obligations.twice,
    "rungs of the ladder": rungs.wrong,
    "recurring duties": duties.wrong,
    "barred people": rights.barred,
    "one responsible unit": rights.units,
    "journals and seals": books.wrong,
    "effects once": once.wrong,
    "doors": once.doors,
}


def judge(evidence: Evidence) -> Iterator[Finding]:
    """Give what every oracle finds."""
    for name, oracle in ORACLES.items():
        yield from (Finding(name, case, what) for case, what in oracle(evidence))


__all__ = ["ORACLES", "Finding", "judge"]
