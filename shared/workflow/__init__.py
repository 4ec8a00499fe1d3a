"""The workflow engine: what a mechanism declares, what is checked at start, and the one way a case moves."""
