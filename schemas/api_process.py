"""What an API process and whoever started it agree on."""

from pathlib import Path


def ready_file(data_folder: Path, pid: int) -> Path:
    """A file that is there while the API process ``pid`` answers requests and streams."""
    return data_folder / f"api-{pid}.ready"
