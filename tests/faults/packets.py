"""The machine's packet filter; whoever adds a rule takes it away again."""

import subprocess


def iptables(*words: str) -> None:
    """Change the rules of this machine's packet filter."""
    subprocess.run(["iptables", "-w", *words], check=True, capture_output=True)
