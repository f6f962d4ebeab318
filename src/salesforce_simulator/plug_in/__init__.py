"""What a deployed plug-in does, seen from outside; nothing of its Apex runs.

An org that got the classes of `salesforce-plugin/` behaves as if they did their work: `resource`
answers at their address, `changes` finds what of a transaction is news, `sender` posts it, signed,
and again until it is taken. `credentials` and `assignments` are what the platform itself offers to
set such a thing up. `twin` remembers; a restart forgets the list of fields, the secret and what
waits.
"""
