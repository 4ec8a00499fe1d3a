"""Disclosure: the public record. Redacted outcomes, publications of duties, what is missing."""
