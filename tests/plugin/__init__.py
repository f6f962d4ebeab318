"""The Salesforce plug-in without an org: its Apex run here, and what it posts."""
