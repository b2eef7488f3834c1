"""Errors that a person is to read.

HeadwayError
└── UserError      something the caller gave us is wrong: one clear line, exit code 2
└── ServiceError   a broker, store or database did not do its part: one clear line, exit code 1
"""


class HeadwayError(Exception):
    """Base of every error that Headway raises on purpose and shows to a person."""


class UserError(HeadwayError):
    """The command, a file or a setting is wrong; the message says what, and how to mend it."""


class ServiceError(HeadwayError):
    """A part Headway leans on cannot be reached or refused; the message names it."""
