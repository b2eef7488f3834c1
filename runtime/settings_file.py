"""A deployment's settings written in a file, ``HEADWAY_…=…`` line by line, as Docker reads them (``--env-file``)."""

from pathlib import Path

from dotenv import dotenv_values
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from runtime.errors import UserError
from runtime.settings import Settings, refuse_misspelt, said_clearly


class _WrittenSettings(Settings):
    """Settings of a file alone: what this process was started with says nothing of another deployment."""

    model_config = SettingsConfigDict(env_prefix="HEADWAY_", frozen=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library passes them all
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, dotenv_settings)


def read_settings_file(place: Path) -> Settings:
    """The settings that a process would have with this file's variables and no others.

    Raises:
        UserError: the file cannot be read, or a variable in it is misspelt, malformed or out of bounds.
    """
    try:
        with place.open(encoding="utf-8") as written:
            refuse_misspelt(dotenv_values(stream=written))
        return said_clearly(lambda: _WrittenSettings(_env_file=place))  # type: ignore[call-arg]  # the plugin knows fields alone
    except (OSError, UnicodeDecodeError) as wrong:
        raise UserError(f"{place} cannot be read: {wrong}") from None
    except UserError as wrong:
        raise UserError(f"{place}: {wrong}") from None
