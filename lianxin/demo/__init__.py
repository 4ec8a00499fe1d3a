"""The demo: a county's people and a year of made-up cases, marked as such and removable by one command."""
