"""The event log: predictions, labels and feedback, durable before they are acknowledged."""

from filrouge.storage.eventlog.log import EventLog, UnknownPrediction
from filrouge.storage.eventlog.records import Feedback, Label, Prediction, Record
from filrouge.storage.eventlog.writer import LogFull, LogWriter

__all__ = [
    "EventLog",
    "Feedback",
    "Label",
    "LogFull",
    "LogWriter",
    "Prediction",
    "Record",
    "UnknownPrediction",
]
