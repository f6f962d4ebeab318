"""The Metadata API: taking a package of components into the org, and giving components back.

    archive (the zip) -> manifest (package.xml) -> inventory (its components) -> deployment
    (check each, then apply all or none) -> result

`soap.py` and `rest.py` are the two doors. What has an effect on records (objects, fields, custom
metadata) takes effect; Apex and pages are kept, shown and given back, never run.
"""
