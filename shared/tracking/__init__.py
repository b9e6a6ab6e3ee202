"""The two things that happen to an assignment, wherever they are asked for: it is opened, and it moves.

`tasks_api` acts for people and `alerts_worker` draws the consequences of events; both go through here, so a
status has one way to change and a cycle one way to open (docs/decisions/0003-who-writes-assignments.md).
"""
