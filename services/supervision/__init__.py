"""Supervision: what is late, where, since when; figures for leadership; the history of each case without its words."""
