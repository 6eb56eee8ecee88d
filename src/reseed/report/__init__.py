"""Findings as Markdown, HTML, JUnit XML and JSON."""
