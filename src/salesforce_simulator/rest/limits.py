"""/limits and /limits/recordCount."""

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call

# Allowances of an Enterprise org that the simulator does not spend.
_UNSPENT = {
    "ActiveScratchOrgs": 40,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDurableGenericStreamingApiEvents": 200_000,
    "DailyDurableStreamingApiEvents": 200_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyScratchOrgs": 80,
    "DailyStandardVolumePlatformEvents": 25_000,
    "DailyStreamingApiEvents": 200_000,
    "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 10_240,
    "DurableStreamingApiConcurrentClients": 1_000,
    "FileStorageMB": 10_240,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyPublishedPlatformEvents": 250_000,
    "HourlyPublishedStandardVolumePlatformEvents": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "MonthlyPlatformEventsUsageEntitlement": 750_000,
    "PermissionSets": 1_500,
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
    unspent = {name: {"Max": value, "Remaining": value} for name, value in _UNSPENT.items()}
    return call.answer(spent | unspent)


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
