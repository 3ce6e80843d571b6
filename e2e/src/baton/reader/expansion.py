"""What expandable grants pass on (§4), worked out anew without much thought of speed, and compared with what is there.

A source is direct when the principal has that source's entitlement directly, whatever else it has it through.
"""

from content import resource_id

DEEPEST = 20


class Holding:
    """That a principal has an entitlement: directly, through others, or both."""

    def __init__(self, is_direct):
        self.is_direct, self.sources = is_direct, {}


def check(sync, options, report, note):
    if not options.expanded:
        for item in sync.grants.values():
            if sources(item):
                report("4", item.where, "it has sources although nothing was to be expanded")
        return
    edges = list(edges_of(sync))
    order = topological({holding[0] for holding in map(holding_of, sync.grants.values())}, edges)
    if order is None:
        note(f"sync {sync.id}: entitlements expand in a circle, which is not worked out here")
        return
    if depth(order, edges) > DEEPEST:
        report("4", f"sync {sync.id}", f"entitlements expand through more than {DEEPEST} others")
    compare(sync, expanded(sync, order, edges), tells_direct(sync, options), report)


def tells_direct(sync, options):
    """Whether sources say which of them are direct: older writers leave that out everywhere."""
    said = (source.get("isDirect", False) for item in sync.grants.values() for source in sources(item).values())
    return not options.foreign or any(said)


def sources(item):
    return item.message.get("sources", {}).get("sources", {})


def holding_of(item):
    return item.message.get("entitlement", {}).get("id", ""), *resource_id(item.message.get("principal"))


def is_direct(item):
    """Given by somebody: an expanded grant has sources, and its own entitlement is not among them."""
    return not sources(item) or item.message.get("entitlement", {}).get("id", "") in sources(item)


def edges_of(sync):
    """From which entitlement to which, whether direct grants only, and to principals of which types (all if none)."""
    for item in sync.grants.values():
        inline = item.annotations("GrantExpandable")
        for expandable in [item.expandable] if item.expandable is not None else inline:
            for source in dict.fromkeys(expandable.get("entitlementIds", [])):
                if source in sync.entitlements:
                    yield (
                        source, item.message.get("entitlement", {}).get("id", ""), expandable.get("shallow", False),
                        expandable.get("resourceTypeIds", []),
                    )


def topological(entitlements, edges):
    """The entitlements, each after all that it is expanded from; nothing when there is a circle."""
    waiting = {name: set() for name in entitlements}
    for source, target, _, _ in edges:
        waiting.setdefault(source, set())
        waiting.setdefault(target, set()).add(source)
    order = []
    while waiting:
        ready = sorted(name for name, before in waiting.items() if not before)
        if not ready:
            return None
        order.extend(ready)
        for name in ready:
            del waiting[name]
        for before in waiting.values():
            before.difference_update(ready)
    return order


def depth(order, edges):
    found = dict.fromkeys(order, 0)
    for source, target, _, _ in sorted(edges, key=in_order(order)):
        found[target] = max(found[target], found[source] + 1)
    return max(found.values(), default=0)


def in_order(order):
    """A key that sorts edges so that each comes after those that lead to its source."""
    places = {name: place for place, name in enumerate(order)}
    return lambda edge: places[edge[0]]


def expanded(sync, order, edges):
    """Who has what: by entitlement, and by principal within."""
    holdings = {name: {} for name in order}
    for item in sync.grants.values():
        if is_direct(item):
            entitlement, *principal = holding_of(item)
            holdings[entitlement][tuple(principal)] = Holding(True)
    for source, target, is_shallow, kinds in sorted(edges, key=in_order(order)):
        pass_on(holdings[source], source, holdings[target], target, is_shallow, kinds)
    return holdings


def pass_on(givers, source, takers, target, is_shallow, kinds):
    for principal, holding in givers.items():
        if (kinds and principal[0] not in kinds) or (is_shallow and not holding.is_direct):
            continue
        taker = takers.setdefault(principal, Holding(False))
        if taker.is_direct:
            taker.sources[target] = True
        taker.sources[source] = holding.is_direct


def compare(sync, holdings, is_told, report):
    found = set()
    for item in sync.grants.values():
        entitlement, *principal = holding_of(item)
        found.add((entitlement, *principal))
        holding = holdings[entitlement].get(tuple(principal))
        if holding is None:
            report("4", item.where, "no expandable grant gives it")
            continue
        said = {name: source.get("isDirect", False) for name, source in sources(item).items()}
        if said != holding.sources if is_told else said.keys() != holding.sources.keys():
            report("4", item.where, f"its sources are {said}, not {holding.sources}")
        if not holding.is_direct:
            check_new(item, report)
    for entitlement, principals in holdings.items():
        for principal in principals:
            if (entitlement, *principal) not in found:
                name = ":".join((entitlement, *principal))
                report("4", f"sync {sync.id}", f"{name} is not there, though expanded to")


def check_new(item, report):
    """A grant that nobody gave."""
    wanted = ":".join(holding_of(item))
    if item.message.get("id") != wanted:
        report("4", item.where, f"the expanded grant is not called {wanted}")
    if not item.annotations("GrantImmutable"):
        report("4", item.where, "the expanded grant is not immutable")
    if item.expandable is not None:
        report("4", item.where, "the expanded grant is expandable itself")
