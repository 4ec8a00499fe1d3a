"""How a file is handed out: under its own name, whatever that name holds."""

from urllib.parse import quote

# A letter's page: ours, whole in itself. Uploads are never of this type (`shared.blobs.check`).
PAGE_OF_LETTER = "text/html"
ONLY_ITSELF = "sandbox allow-modals; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def disposition(name: str, *, inline: bool = False) -> str:
    """Give the Content-Disposition of a file: the name is encoded (RFC 6266), so it can't end the header."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
