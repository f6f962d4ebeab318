"""Which versions of the API there are: the whole numbers from the oldest to the newest."""

OLDEST, NEWEST = 21, 67
