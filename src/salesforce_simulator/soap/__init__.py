"""SOAP, as far as older clients use it to sign in: their records then travel over REST or Bulk."""
