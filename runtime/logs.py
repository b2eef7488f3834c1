"""Structured logs on standard error: one line an event, ids as fields, never a key or a person."""

import logging
import sys

import structlog

from runtime.settings import Settings


def set_up_logs(settings: Settings, *, process: str) -> None:
    """Send this process's events, and its libraries' own, to standard error.

    ``process`` names the process on every line (``door``, ``tracker`` …). Text for people, JSON for machines.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]

    def name_process(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        # no context variable: libraries' own threads, as aiokafka's, do not see what was bound elsewhere
        event.setdefault("process", process)
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        name_process,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_ending(settings)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # these tell of every request and every fetch
    for chatty in ("aiokafka", "httpx", "httpcore", "granian.access"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


def _ending(settings: Settings) -> list[structlog.typing.Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if settings.log_format == "json":
        return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True)]
    # the default shows each frame's variables, and among them are settings with their secrets
    plain = structlog.dev.plain_traceback
    return [strip, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
