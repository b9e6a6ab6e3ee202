"""Draws the consequences of facts: relays them, applies verdicts, checks evidence, raises and closes red alerts."""
