"""What goes wrong on our side of the wire: the file, the caller or the environment. One line each, exit status 2.

The wire being wrong is never one of these: it is a problem on a field, or a finding.
"""


class DissectorError(Exception):
    """The base of them all; its text is one line that says what to do next."""


class CaptureFormatError(DissectorError):
    """The input is no capture that we can read."""


class MissingTool(DissectorError):
    """A program or package that this needs is not installed."""


class PermissionNeeded(DissectorError):
    """The system does not let us do this."""


class UsageError(DissectorError):
    """What was asked for does not fit together, or is not there."""


class RecordingFailed(DissectorError):
    """A capture cannot be written: the disk is full, or there is no right to."""


class InterfaceGone(DissectorError):
    """What was being captured is no longer there."""
