"""Pictures made anew: turned upright, without EXIF, GPS, XMP or IPTC, no longer than 4096 pixels."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from shared.errors import Refusal

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4096
QUALITY = 88
GPS = 0x8825
CAMERA = (0x010F, 0x0110, 0x0131)  # maker, model, software
FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/png"}
# Keys by which Pillow carries over what a file said about itself.
TALKATIVE = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "Raw profile type exif")


class TooManyPixels(Refusal):
    """Opening the picture would fill the memory."""

    code = "image-too-large"
    message = "“%(name)s” has too many pixels."
    next_action = "Send it smaller: 4000 pixels on the long side are enough."


class BrokenImage(Refusal):
    """The picture is not whole."""

    code = "image-broken"
    message = "“%(name)s” is not a whole picture."
    next_action = "Take it or copy it again."


@dataclass(frozen=True)
class Remade:
    """A picture as it will be stored."""

    content: bytes
    type: str
    stripped: tuple[str, ...]


def remake(content: bytes, name: str) -> Remade:
    """Make a picture anew. Raises `TooManyPixels` or `BrokenImage`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of a bomb before it goes off
            with Image.open(io.BytesIO(content)) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise TooManyPixels(field="file", name=name)
                stripped = _talks_of(opened)
                return _written(ImageOps.exif_transpose(opened), opened.format or "JPEG", stripped)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyPixels(field="file", name=name) from bomb
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Warning,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:
        # Pillow's readers fail in many ways on bytes that only look like a picture.
        raise BrokenImage(field="file", name=name) from error


def _talks_of(image: Image.Image) -> tuple[str, ...]:
    exif = image.getexif()
    found = []
    if exif.get_ifd(GPS):
        found.append("gps")
    if any(tag in exif for tag in CAMERA):
        found.append("camera")
    if len(exif) or any(key in image.info for key in TALKATIVE) or _texts(image):
        found.append("metadata")
    return tuple(found)


def _texts(image: Image.Image) -> bool:
    """Tell whether a PNG carries words beside its pixels; those may stand behind them, so it is read to its end."""
    image.load()
    return bool(getattr(image, "text", None))


def _written(image: Image.Image, source: str, stripped: tuple[str, ...]) -> Remade:
    kind = FORMATS.get(source, "image/png")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    plain = image.convert("RGBA" if alpha and kind != "image/jpeg" else "RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)  # a new picture has no info of the old one
    target = io.BytesIO()
    if kind == "image/png":
        fresh.save(target, "PNG", optimize=True)
    else:
        fresh.save(target, "JPEG" if kind == "image/jpeg" else "WEBP", quality=QUALITY)
    return Remade(target.getvalue(), kind, stripped)
