"""Lianxin (连心): command line and composition. Loads services and mechanisms by name; knows no county by heart."""
