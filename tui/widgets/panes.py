"""Framed parts of a screen."""

from __future__ import annotations

from typing import TypeVar

from textual.widget import Widget

W = TypeVar("W", bound=Widget)


def pane(widget: W, title: str) -> W:
    """The widget in a frame with a title."""
    widget.add_class("pane")
    widget.border_title = title
    return widget
