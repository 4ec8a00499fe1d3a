"""Months or years of a whole county in one thread: people, offices and weather from a seed, judged by oracles.

`plan` draws what will come, `actors` live through it at the same doors as real people, `weather` breaks things,
`evidence` reads what the services wrote, and each oracle judges it by rules of its own.
"""
