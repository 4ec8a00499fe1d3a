"""Disclosure: the public record. Redacted outcomes after the objection time, publications of duties, what is missing."""
