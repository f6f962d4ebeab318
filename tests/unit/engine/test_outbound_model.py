"""Random schedules of edits, departures, commits, crashes and late answers over one link.

The five promises of the flow, as far as outbound and look reach: (1) only we edited: both end
with our last edit, without a conflict; (2) only they edited: nothing is sent, and we end with
theirs; (3) both edited: equal, or one open conflict, or unequal by a named rule, and every value
is one that somebody typed; (4) a look too many is without effect; (5) a refusal is never lifted
without proof (asserted by the model wherever it writes).
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from raccord.engine.consent import reading
from raccord.engine.mapping import outward, pair_equal
from raccord.engine.records import (
    ConsentEvidence,
    Direction,
    FieldPair,
    FieldType,
    Rule,
    Value,
)
from raccord.engine.schema import RemoteType
from raccord.engine.transforms import ABSENT
from tests.unit.engine.cast import CONSENT, pair, remote, spec, transfer
from tests.unit.engine.outbound_model import (
    ForgetfulWorld,
    HastyWorld,
    Refused,
    Rewrite,
    World,
)

SCHEDULES = 350
STEPS = 40


def keeps(name: str, value: Value) -> Value:
    return value


def cuts(name: str, value: Value) -> Value:
    return value[:6] if isinstance(value, str) else value


def lowers(name: str, value: Value) -> Value:
    return value.lower() if isinstance(value, str) else value


def trims_and_reformats(name: str, value: Value) -> Value:
    """A workflow over there that no setting of the field explains."""
    return f"+{value}+" if isinstance(value, str) else value


def rejects_some(name: str, value: Value) -> Value:
    if isinstance(value, str) and value.startswith("3"):
        raise Refused
    return value


ORGS: list[Rewrite] = [keeps, cuts, lowers, trims_and_reformats, rejects_some]
OFTEN_TYPED: list[Value] = ["Abcdef", "abcdef", "Abcdefgh", "Abcdefxy", None]
FIRST = pair(spec("first"), remote("First", max_length=6), cut=True)
SECOND = pair(spec("second"), remote("Second", max_length=6), cut=True)


def pairs_of(direction: Direction, rule: Rule) -> tuple[FieldPair, ...]:
    return tuple(replace(each, direction=direction, rule=rule) for each in (FIRST, SECOND))


def play(world: World, dice: random.Random, *, ours: bool, theirs: bool) -> dict[str, set[Value]]:
    """Let a random schedule happen; returns what was typed, by local key."""
    typed: dict[str, set[Value]] = {"first": {"0Ab"}, "second": {"0Cd"}}
    names = {"first": "First", "second": "Second"}
    acts = ["step0", "step0", "step0", "step1", "commit", "crash", "lease", "lose", "hint", "edit"]
    for number in range(1, STEPS):
        act = dice.choice(acts)
        key = dice.choice(["first", "second"])
        if act == "edit":
            by_us = ours and (not theirs or dice.random() < 0.5)
            value: Value = f"{number}Xyzzy" if by_us else f"{number}U"
            if dice.random() < 0.3:
                value = dice.choice(OFTEN_TYPED)
            if by_us:
                world.edit_ours(key, value)
            elif theirs:
                value = value[:6] if isinstance(value, str) else value  # all that fits there
                world.edit_theirs(names[key], value)
            else:
                continue
            typed[key].add(value)
        else:
            act_of_nature(world, act, dice)
    return typed


def act_of_nature(world: World, act: str, dice: random.Random) -> None:
    match act:
        case "step0" | "step1":
            world.step(int(act[-1]))
        case "commit":
            world.commit()
        case "crash":
            world.crash(dice.choice([0, 1]))
        case "lease":
            world.lease_ends()
        case "lose":
            world.lose()
        case "hint":
            world.hint()


def settle_down(world: World) -> None:
    """The faults are gone: leases end, calls arrive or are given up, and workers finish."""
    for _ in range(80):
        if world.quiet() or world.parked:
            return
        if not world.workers:
            world.lease_ends()
        world.commit()
        world.step(0)
        world.step(1)
    raise AssertionError("it never comes to rest")


def worlds(seed: int, kind: type[World] = World) -> tuple[World, random.Random, Direction]:
    dice = random.Random(seed)
    direction = dice.choice([Direction.BOTH, Direction.OUTBOUND])
    pairs = pairs_of(direction, dice.choice(list(Rule)))
    local: dict[str, Value] = {"first": "0Ab", "second": "0Cd"}
    return kind(transfer(*pairs), local, rewrite=dice.choice(ORGS)), dice, direction


def org_form(world: World, each: FieldPair, value: Value) -> Value:
    """What the org makes of our value: cut by us as the mapping says, then as the org likes."""
    going = outward(each, value)
    assert going is not ABSENT
    try:
        return world.rewrite(each.remote.name, going)
    except Refused:
        return None


@pytest.mark.parametrize("part", range(4))
def test_only_we_edited(part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        only_we_edited(seed, World)


def only_we_edited(seed: int, kind: type[World]) -> None:
    world, dice, _ = worlds(seed, kind)
    typed = play(world, dice, ours=True, theirs=False)
    settle_down(world)
    assert not world.local_writes, f"{seed}: a value that nobody typed here"
    assert not world.conflicts, seed
    if world.parked:
        return
    for each in world.transfer.pairs:
        ours, theirs = world.local[each.local.key], world.org[each.remote.name]
        assert ours in typed[each.local.key]
        taken = org_form(world, each, ours)
        in_another_case = str(taken).casefold() == str(theirs).casefold()
        assert theirs == taken or in_another_case or pair_equal(each, ours, theirs), seed


@pytest.mark.parametrize("part", range(4))
def test_only_they_edited(part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        world, dice, direction = worlds(seed)
        play(world, dice, ours=False, theirs=True)
        last = dict(world.org)
        settle_down(world)
        assert world.calls == [], f"{seed}: an echo"
        assert world.org == last
        assert not world.conflicts
        for each in world.transfer.pairs:
            if direction is Direction.BOTH:
                assert world.local[each.local.key] == last[each.remote.name], seed
        assert direction is Direction.BOTH or not world.local_writes


@pytest.mark.parametrize("part", range(4))
def test_both_edited(part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        world, dice, direction = worlds(seed)
        typed = play(world, dice, ours=True, theirs=True)
        settle_down(world)
        if world.parked:
            continue
        for each in world.transfer.pairs:
            key, name = each.local.key, each.remote.name
            ours, theirs = world.local[key], world.org[name]
            made_there = {org_form(world, each, value) for value in typed[key]}
            rewritten = made_there if world.rewrite is not keeps else set()
            assert ours in typed[key] | rewritten, seed
            assert theirs in typed[key] | made_there, seed
            explained = (
                pair_equal(each, ours, theirs)
                or key in world.conflicts
                or theirs == org_form(world, each, ours)
                or str(outward(each, ours)).casefold()
                == str(theirs).casefold()  # taken as "in another case"
                or direction is Direction.OUTBOUND
            )
            assert explained, f"{seed}: {ours!r} here and {theirs!r} there for no reason"


@pytest.mark.parametrize("part", range(2))
def test_once_at_rest_a_further_look_changes_nothing(part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        world, dice, _ = worlds(seed)
        play(world, dice, ours=True, theirs=True)
        settle_down(world)
        if world.parked:
            continue
        calls, local, org = len(world.calls), dict(world.local), dict(world.org)
        for _ in range(2):
            world.hint()
            settle_down(world)
        assert (len(world.calls), world.local, world.org) == (calls, local, org), seed


OPT_IN = pair(spec("newsletter", FieldType.CONSENT), remote("OptIn", RemoteType.BOOLEAN))


@pytest.mark.parametrize("consent_pair", [CONSENT, OPT_IN], ids=["opt-out box", "opt-in box"])
@pytest.mark.parametrize("seen_before", [False, True])
def test_consent_never_loosens_by_itself(consent_pair: FieldPair, seen_before: bool) -> None:
    for seed in range(2 * SCHEDULES):
        dice = random.Random(seed)
        world = World(transfer(consent_pair), {"newsletter": dice.choice(["yes", "no", None])})
        refused = play_consent(world, dice, consent_pair, seen_before=seen_before)
        settle_down(world)
        for _, was, became in world.local_writes:
            assert not (was == "no" and became == "yes"), seed
        theirs = world.org[consent_pair.remote.name]
        if refused and not world.conflicts:
            said = reading(consent_pair, theirs, base=world.base.get("newsletter"))
            assert said != "yes", seed
            assert world.local["newsletter"] == "no", seed


def play_consent(
    world: World, dice: random.Random, consent_pair: FieldPair, *, seen_before: bool
) -> bool:
    """Returns whether the last word of a person, on either side, was a refusal of ours."""
    refused = False
    acts = ["step0", "step0", "step0", "step1", "commit", "crash", "lease", "lose", "hint"]
    for _ in range(STEPS):
        act = dice.choice([*acts, "ours", "theirs"])
        if act == "ours":
            said = dice.choice(["yes", "no"])
            refused = said == "no"
            world.edit_ours(
                "newsletter", said, ConsentEvidence(by_person=True, saw_refusal=seen_before)
            )
        elif act == "theirs":
            refused = False
            world.edit_theirs(consent_pair.remote.name, dice.choice([True, False]))
        else:
            act_of_nature(world, act, dice)
    return refused


@pytest.mark.parametrize("kind", [ForgetfulWorld, HastyWorld])
def test_the_model_sees_the_holes_that_the_rules_close(kind: type[World]) -> None:
    """A model that could not fail would prove nothing."""
    with pytest.raises(AssertionError):
        for seed in range(2 * SCHEDULES):
            only_we_edited(seed, kind)
