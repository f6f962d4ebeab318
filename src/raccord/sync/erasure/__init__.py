"""A person is erased on request: here for good, over there as chosen, with proof and for ever.

`requests.py`  takes the request: the contact is deleted, its counterparts are told or left alone;
`finishing.py` removes every trace once nothing is under way any more, and keeps the proof;
`register.py`  knows erased people again by keyed hashes, so that no fetch brings them back.

The proof says when, by whom, how many rows of which kind; the rest of it names nobody.
"""
