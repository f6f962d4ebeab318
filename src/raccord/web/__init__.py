"""The screens: one folder per screen, holding its view and its templates."""
