"""Signing in and out, the first administrator's set-up link, a person's own settings."""
