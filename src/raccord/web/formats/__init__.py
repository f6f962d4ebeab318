"""How dates are written where Django's own habit is ambiguous; named by FORMAT_MODULE_PATH."""
