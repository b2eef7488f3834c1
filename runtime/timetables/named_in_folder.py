"""Whether what an override names is in a compiled timetable of this deployment."""

from pathlib import Path

from runtime.errors import UserError
from runtime.timetables.timetable_file import DamagedTimetableError, load_timetable
from runtime.timetables.timetable_folder import list_files
from schemas.overrides import Override
from transit.overrides.unknown_names import list_names, list_unknown, owner_of


def check_named(folder: Path, override: Override) -> None:
    """Let an override pass whose line, run and stops are in a timetable of ``folder``, in force or to come.

    Where the folder has none at all nothing is known, and everything passes.

    Raises:
        UserError: no timetable has what is named.
    """
    files = list_files(folder)
    if not files:
        return
    unknown = list_names(override)
    # the newest of a name is most likely the one in force
    for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True):
        if unknown and any(path.name.startswith(f"{owner_of(name)}-") for name in unknown):
            try:
                unknown = list(list_unknown(unknown, load_timetable(path)))
            except DamagedTimetableError:
                continue
    if unknown:
        what, public_id = unknown[0]
        raise UserError(f"override {override.kind}: no timetable here has the {what} {public_id}; nothing would change")
