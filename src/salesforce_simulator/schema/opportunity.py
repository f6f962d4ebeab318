"""Opportunity: a sale under way, and what the org works out from its stage and close date.

The table's notation is explained in `schema/notation.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.picklists import LEAD_SOURCES
from salesforce_simulator.schema.sobject import SObjectType

# Stage: its usual probability in percent, whether it ends the sale, whether it wins it.
STAGES = {
    "Prospecting": (10, False, False),
    "Qualification": (10, False, False),
    "Needs Analysis": (20, False, False),
    "Value Proposition": (50, False, False),
    "Id. Decision Makers": (60, False, False),
    "Perception Analysis": (70, False, False),
    "Proposal/Price Quote": (75, False, False),
    "Negotiation/Review": (90, False, False),
    "Closed Won": (100, True, True),
    "Closed Lost": (0, True, False),
}
_FORECASTS = ("Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed")

FIELDS = """
Id id dfsgi | Opportunity ID
IsDeleted boolean dfsg | Deleted
AccountId reference CUnfsgpx | Account ID | to Account as Account
IsPrivate boolean CUdfsgp | Private
Name string(120) CUfsgN | Name
Description textarea(32000) CUnp | Description
StageName picklist(255) CUfsg | Stage
Amount currency(16,2) CUnfsp | Amount
Probability percent(3,0) CUnfsp | Probability (%)
ExpectedRevenue currency(16,2) nfsp | Expected Amount
TotalOpportunityQuantity double(16,2) CUnfsp | Quantity
CloseDate date CUfsg | Close Date
Type picklist(255) CUnfsgp | Opportunity Type
NextStep string(255) CUnfsgp | Next Step
LeadSource picklist(255) CUnfsgp | Lead Source
IsClosed boolean dfsg | Closed
IsWon boolean dfsg | Won
ForecastCategory picklist(40) dfsgr | Forecast Category
ForecastCategoryName picklist(255) CUnfsg | Forecast Category
CampaignId reference CUnfsgpx | Campaign ID | to Campaign as Campaign
HasOpportunityLineItem boolean dfsg | Has Line Item
OwnerId reference CUdfsg | Owner ID | to User as Owner
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
LastActivityDate date nfsg | Last Activity
FiscalQuarter int(9) nfsg | Fiscal Quarter
FiscalYear int(9) nfsg | Fiscal Year
Fiscal string(6) nfsg | Fiscal Period
ContactId reference Cnfsg | Contact ID | to Contact as Contact
LastViewedDate datetime nfs | Last Viewed Date
LastReferencedDate datetime nfs | Last Referenced Date
"""

PICKLISTS = {
    "StageName": tuple(STAGES),
    "Type": (
        "Existing Customer - Upgrade",
        "Existing Customer - Replacement",
        "Existing Customer - Downgrade",
        "New Customer",
    ),
    "LeadSource": LEAD_SOURCES,
    "ForecastCategory": _FORECASTS,
    "ForecastCategoryName": ("Omitted", "Pipeline", "Best Case", "Most Likely", "Commit", "Closed"),
}


def worked_out(old: Mapping[str, Any] | None, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from stage, amount and close date.

    A new stage brings its usual probability, unless the same change sets another. A stage that
    is not one of the list counts as open.
    """
    before = old or {}
    usual, closed, won = STAGES.get(
        str(row.get("StageName")), (row.get("Probability"), False, False)
    )
    chance = row.get("Probability")
    moved = before.get("StageName") != row.get("StageName")
    if chance is None or (moved and chance == before.get("Probability")):
        chance = usual
    forecast = "Closed" if won else "Omitted" if closed else "Pipeline"
    answer = {
        "Probability": chance,
        "IsClosed": closed,
        "IsWon": won,
        "ForecastCategory": forecast,
        "ForecastCategoryName": forecast,
        **_fiscal(row.get("CloseDate")),
    }
    if row.get("Amount") is not None and chance is not None:
        answer["ExpectedRevenue"] = round(row["Amount"] * chance / 100, 2)
    return {name: value for name, value in answer.items() if value is not None}


def _fiscal(close_date: str | None) -> dict[str, Any]:
    """Return the quarter of a year that begins in January."""
    if close_date is None:
        return {}
    day = date.fromisoformat(close_date)
    quarter = (day.month + 2) // 3
    return {"FiscalQuarter": quarter, "FiscalYear": day.year, "Fiscal": f"{day.year} {quarter}"}


OPPORTUNITY = SObjectType(
    name="Opportunity",
    label="Opportunity",
    label_plural="Opportunities",
    key_prefix="006",
    fields=parse_fields(FIELDS, picklists=PICKLISTS),
    worked_out=worked_out,
)
