"""The page's files, read once and packed once, with entity tags."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.console.heads import with_head
from api.negotiation import accepts_gzip

STATIC: Final = Path(__file__).parent / "static"
PAGE: Final = "index.html"
PARTNERS_PAGE: Final = "partners.html"
ANSWER_PAGE: Final = "answer.html"
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_TYPES[".html"] = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page, as it is and packed with gzip."""

    content_type: str
    etag: str
    plain: bytes
    packed: bytes

    def choose(self, accepted: str) -> tuple[str | None, bytes]:
        """The content coding and the bytes for a client that takes the codings ``accepted``."""
        return ("gzip", self.packed) if accepts_gzip(accepted) else (None, self.plain)


def load_assets(folder: Path = STATIC) -> dict[str, Asset]:
    """Every file of the page by name."""
    return {path.name: _load(path) for path in sorted(folder.iterdir()) if path.is_file()}


def _load(path: Path) -> Asset:
    plain = path.read_bytes()
    if path.suffix == ".html":
        plain = with_head(plain)
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(kind, f'"{hashlib.sha256(plain).hexdigest()[:20]}"', plain, gzip.compress(plain, mtime=0))
