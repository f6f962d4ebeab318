"""Contacts: the list, one contact's page, creating, editing and deleting."""
