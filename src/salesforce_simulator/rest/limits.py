"""/limits and /limits/recordCount."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call

# Allowances of an Enterprise org that the simulator does not spend.
_UNSPENT = {
    "ActiveScratchOrgs": 40,
    "AnalyticsExternalDataSizeMB": 40_960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentEinsteinDataInsightsStoryCreation": 5,
    "ConcurrentEinsteinDiscoveryStoryCreation": 2,
    "ConcurrentSyncReportRuns": 20,
    "DailyAnalyticsDataflowJobExecutions": 60,
    "DailyAnalyticsUploadedFilesSizeMB": 51_200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyAsyncApexTests": 500,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDeliveredPlatformEvents": 25_000,
    "DailyDurableGenericStreamingApiEvents": 200_000,
    "DailyDurableStreamingApiEvents": 200_000,
    "DailyEinsteinDataInsightsStoryCreation": 1_000,
    "DailyEinsteinDiscoveryOptimizationJobRuns": 25,
    "DailyEinsteinDiscoveryPredictAPICalls": 50_000,
    "DailyEinsteinDiscoveryPredictionsByCDC": 500_000,
    "DailyEinsteinDiscoveryStoryCreation": 100,
    "DailyFunctionsApiCallLimit": 235_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyScratchOrgs": 80,
    "DailyStandardVolumePlatformEvents": 25_000,
    "DailyStreamingApiEvents": 200_000,
    "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 10_240,
    "DurableStreamingApiConcurrentClients": 1_000,
    "FileStorageMB": 10_240,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5_000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyLongTermIdMapping": 100_000,
    "HourlyManagedContentPublicRequests": 50_000,
    "HourlyODataCallout": 20_000,
    "HourlyPublishedPlatformEvents": 250_000,
    "HourlyPublishedStandardVolumePlatformEvents": 100_000,
    "HourlyShortTermIdMapping": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "MonthlyEinsteinDiscoveryStoryCreation": 500,
    "MonthlyPlatformEventsUsageEntitlement": 750_000,
    "Package2VersionCreates": 6,
    "Package2VersionCreatesWithoutValidation": 500,
    "PrivateConnectOutboundCalloutHourlyLimitMB": 0,
    "PublishCallbackUsageInApex": 5_242_880,
    "SingleEmail": 5_000,
    "StreamingApiConcurrentClients": 1_000,
}


def show(call: Call) -> Response:
    usage = call.org.usage
    jobs = call.org.jobs
    spent = {
        "DailyApiRequests": {"Max": usage.daily_calls, "Remaining": usage.remaining()},
        "DailyBulkApiBatches": {"Max": jobs.batches.limit, "Remaining": jobs.batches.remaining()},
        "DailyBulkV2QueryJobs": {"Max": jobs.queries.limit, "Remaining": jobs.queries.remaining()},
    }
    unspent = {name: _whole(value) for name, value in _UNSPENT.items()}
    sets = {"PermissionSets": {**_whole(1_500), "CreateCustom": _whole(1_000)}}
    return call.answer(dict(sorted((spent | unspent | sets).items())), root="LimitsSnapshot")


def _whole(allowance: int) -> dict[str, Any]:
    return {"Max": allowance, "Remaining": allowance}


def count_records(call: Call) -> Response:
    """Count living records of the objects asked for, or of all. Objects without any are absent."""
    asked = {each.lower() for each in call.request.args.get("sObjects", "").split(",") if each}
    with call.org.lock:
        counts = [
            {"count": len(store.live), "name": name}
            for name, store in sorted(call.org.stores.items())
            if store.live and (not asked or name.lower() in asked)
        ]
    return call.answer({"sObjects": counts})
