"""Our plug-in in the org: `../../../../../salesforce-plugin`, and how it gets there.

`package` makes a zip of its source, with a `manifest`; `deployment` hands a zip to the Metadata API
and reads how far it is; `org` carries out the steps that `words` describes, and `removal` those by
which it leaves; `resource` talks to the plug-in once it is there.
"""

from __future__ import annotations

from raccord.connectors.plug_in import PlugInDeclaration
from raccord.connectors.salesforce.plug_in import package
from raccord.connectors.salesforce.plug_in.org import open_plug_in
from raccord.connectors.salesforce.plug_in.words import (
    BRINGS,
    FORGETS,
    KEEPS,
    NEEDS,
    REMOVAL,
    REMOVING,
    STEPS,
)

PLUG_IN = PlugInDeclaration(
    brings=BRINGS,
    steps=STEPS,
    removing=REMOVING,
    keeps=KEEPS,
    forgets=FORGETS,
    removal=REMOVAL,
    needs=NEEDS,
    version=package.version,
    archive=package.archive,
    archive_name="raccord-plugin.zip",
    open=open_plug_in,
)
