"""The version of the engine; it stands in every receipt."""

VERSION = "0.1.0"
