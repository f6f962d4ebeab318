"""PermissionSetAssignment: who was given which permission set."""

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

FIELDS = """
Id id dfsgi | Assignment ID
AssigneeId reference Cfsg | Assignee ID | to User as Assignee
PermissionSetId reference Cfsg | Permission Set ID | to PermissionSet as PermissionSet
SystemModstamp datetime dfs | System Modstamp
"""

PERMISSION_SET_ASSIGNMENT = SObjectType(
    name="PermissionSetAssignment",
    label="Permission Set Assignment",
    label_plural="Permission Set Assignments",
    key_prefix="0Pa",
    fields=parse_fields(FIELDS),
    read_only=True,
)
