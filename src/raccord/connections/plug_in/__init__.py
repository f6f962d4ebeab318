"""What a source has installed on its side, put there and kept up to date by us.

`installing.py` begins an installation and tells how it stands, `leases.py` says who works on it,
`carrying_out.py` takes it from step to step. `watching.py` then keeps the list of watched fields
over there equal to the mapping.
"""
