"""What an administrator set up to happen when a record is saved, in this order:

    triggers (rewrite a field) -> required, unique -> validation -> duplicates -> saved
                                                                -> automations (update it again)

`registry` keeps them all; the seed and the control API describe them.
"""
