"""How a file is handed out: under its own name, whatever that name holds."""

from urllib.parse import quote


def disposition(name: str, *, inline: bool = False) -> str:
    """Give the Content-Disposition of a file: the name is encoded (RFC 6266), so it can't end the header."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
