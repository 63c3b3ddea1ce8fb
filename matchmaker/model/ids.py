"""Names of things. Text everywhere: a UUID in the database, the organiser's own id in a file run without one."""

from typing import NewType

AssociationId = NewType("AssociationId", str)
KeyId = NewType("KeyId", str)
EventId = NewType("EventId", str)
PersonId = NewType("PersonId", str)
AttendeeId = NewType("AttendeeId", str)
RunId = NewType("RunId", str)
PairingId = NewType("PairingId", str)
ImportId = NewType("ImportId", str)
WeightsId = NewType("WeightsId", str)
IntroductionId = NewType("IntroductionId", str)
MessageId = NewType("MessageId", str)
PromiseId = NewType("PromiseId", str)
LinkId = NewType("LinkId", str)
MeetingId = NewType("MeetingId", str)
ActionId = NewType("ActionId", str)
NoteId = NewType("NoteId", str)
