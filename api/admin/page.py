"""The staff's page at ``/`` of their port."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI

from api.console.assets import STATIC, load_assets
from api.console.endpoints import serve_files

PAGE: Final = "staff.html"
_OWN: Final = Path(__file__).parent / "static"
_SHARED: Final = ("console.css", "partners.css", "icon.svg")


def mount_staff_page(app: FastAPI) -> None:
    """Serve the page and its files; it asks for a login itself."""
    shared = load_assets(STATIC)
    assets = load_assets(_OWN) | {name: shared[name] for name in _SHARED}
    serve_files(app, assets, pages={"/": PAGE}, below="/static/{name}")
