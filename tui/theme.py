"""The two looks of the program as data; every colour pair that carries words has a contrast of 4.5 to 1 or more."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="vivavoce-dark",
    primary="#7fb7dc",
    secondary="#a3b0bd",
    success="#85cf9c",
    warning="#e9bd63",
    error="#f28b7d",
    accent="#d3abe6",
    foreground="#e7eaee",
    background="#11161b",
    surface="#181e25",
    panel="#232b34",
    dark=True,
    variables={
        "recording": "#c2322a",
        "recording-text": "#ffffff",
        "border": "#7fb7dc",
        "border-blurred": "#3a4551",
        "block-cursor-background": "#7fb7dc",
        "block-cursor-foreground": "#0b1015",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#2f4354",
        "block-cursor-blurred-foreground": "#e7eaee",
        "block-cursor-blurred-text-style": "none",
        "footer-background": "#181e25",
        "footer-foreground": "#c3ccd5",
        "footer-description-foreground": "#c3ccd5",
        "footer-key-foreground": "#e9bd63",
        "input-cursor-background": "#e7eaee",
        "input-cursor-foreground": "#11161b",
        "input-selection-background": "#7fb7dc 40%",
        "button-foreground": "#e7eaee",
        "button-color-foreground": "#0b1015",
        "button-focus-text-style": "bold",
        "scrollbar": "#3a4551",
        "scrollbar-background": "#181e25",
        "scrollbar-corner-color": "#181e25",
    },
)

LIGHT = Theme(
    name="vivavoce-light",
    primary="#1d5f8c",
    secondary="#55606b",
    success="#1b6b3a",
    warning="#825300",
    error="#a5291d",
    accent="#74398a",
    foreground="#1a1f24",
    background="#f6f5f1",
    surface="#ffffff",
    panel="#e7e5de",
    dark=False,
    variables={
        "recording": "#b3261e",
        "recording-text": "#ffffff",
        "border": "#1d5f8c",
        "border-blurred": "#b9b5a9",
        "block-cursor-background": "#1d5f8c",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#cfdde7",
        "block-cursor-blurred-foreground": "#1a1f24",
        "block-cursor-blurred-text-style": "none",
        "footer-background": "#e7e5de",
        "footer-foreground": "#333a41",
        "footer-description-foreground": "#333a41",
        "footer-key-foreground": "#74398a",
        "input-cursor-background": "#1a1f24",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#1d5f8c 30%",
        "button-foreground": "#1a1f24",
        "button-color-foreground": "#ffffff",
        "button-focus-text-style": "bold",
        "scrollbar": "#b9b5a9",
        "scrollbar-background": "#e7e5de",
        "scrollbar-corner-color": "#e7e5de",
    },
)

THEMES = (DARK, LIGHT)
SETTING = "theme"


def other(name: str) -> str:
    """The name of the theme that this one is not."""
    return LIGHT.name if name == DARK.name else DARK.name


def known(name: str | None) -> str:
    """The theme of this name if it is one of ours, else the dark one."""
    return LIGHT.name if name == LIGHT.name else DARK.name
