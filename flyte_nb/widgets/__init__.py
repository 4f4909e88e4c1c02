"""Widgets. Importing this package imports anywidget."""

from __future__ import annotations

from .config_editor import ConfigEditorPanel
from .context_panel import ContextPanel
from .deck_view import DeckView
from .login_view import LoginView
from .run_view import RunView
from .secret_field import SecretField

__all__ = ["ConfigEditorPanel", "ContextPanel", "DeckView", "LoginView", "RunView", "SecretField"]
