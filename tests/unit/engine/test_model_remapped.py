"""Random schedules in which a mapping changes, so that what was agreed no longer counts.

Both sides meet anew, field by field, whatever was under way then; all else of the flow's promises
holds as before: see `test_outbound_model`.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from raccord.engine.mapping import pair_equal
from raccord.engine.records import Direction, FirstLinkRule, Rule, Value
from tests.unit.engine.outbound_model import World
from tests.unit.engine.test_outbound_model import (
    act_of_nature,
    org_form,
    settle_down,
    worlds,
)

STEPS = 40
NAMES = {"first": "First", "second": "Second"}
ACTS = ("step0", "step0", "step0", "step1", "commit", "crash", "lease", "lose", "hint")


def remap(world: World, dice: random.Random) -> None:
    """One of the pairs speaks of something else from now on; all contacts are looked at."""
    changed = dice.choice(sorted(NAMES))
    pairs = tuple(
        replace(pair, fingerprint=f"{dice.random()}", rule=dice.choice(list(Rule)))
        if pair.local.key == changed
        else pair
        for pair in world.transfer.pairs
    )
    first = dice.choice([FirstLinkRule.OURS, FirstLinkRule.THEIRS, FirstLinkRule.ASK])
    world.transfer = replace(world.transfer, pairs=pairs, first_link_rule=first)
    world.hint()


def play(world: World, dice: random.Random) -> dict[str, set[Value]]:
    """Let a random schedule happen; returns what was typed, by local key."""
    typed: dict[str, set[Value]] = {"first": {"0Ab"}, "second": {"0Cd"}}
    for number in range(1, STEPS):
        act = dice.choice([*ACTS, "ours", "theirs", "remap"])
        key = dice.choice(sorted(NAMES))
        value = f"{number}U"
        if act == "ours":
            world.edit_ours(key, value)
            typed[key].add(value)
        elif act == "theirs":
            world.edit_theirs(NAMES[key], value)
            typed[key].add(value)
        elif act == "remap":
            remap(world, dice)
        else:
            act_of_nature(world, act, dice)
    return typed


@pytest.mark.seeds(range(300))
def test_both_sides_meet_anew_and_end_with_what_somebody_typed(seed: int) -> None:
    world, dice, direction = worlds(seed)
    typed = play(world, dice)
    settle_down(world)
    if world.parked:
        return
    for pair in world.transfer.pairs:
        key, name = pair.local.key, pair.remote.name
        ours, theirs = world.local[key], world.org[name]
        made_there = {org_form(world, pair, value) for value in typed[key]}
        assert ours in typed[key] | made_there
        assert theirs in typed[key] | made_there
        explained = (
            pair_equal(pair, ours, theirs)
            or key in world.conflicts
            or theirs == org_form(world, pair, ours)
            or str(ours).casefold() == str(theirs).casefold()
            or direction is Direction.OUTBOUND
        )
        assert explained, f"{ours!r} here and {theirs!r} there for no reason"


@pytest.mark.seeds(range(150))
def test_at_rest_a_further_look_changes_nothing(seed: int) -> None:
    world, dice, _ = worlds(seed)
    play(world, dice)
    settle_down(world)
    if world.parked:
        return
    before = (len(world.calls), dict(world.local), dict(world.org))
    world.hint()
    settle_down(world)
    assert (len(world.calls), world.local, world.org) == before
