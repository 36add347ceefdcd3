"""Renderings: they decide nothing, they show what was decoded."""
