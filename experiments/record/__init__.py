"""The record of 2025 as data: dated positions, events, facts of each case and outcomes, each row with its source."""
