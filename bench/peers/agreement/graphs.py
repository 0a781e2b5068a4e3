"""What the frameworks' importers have in common."""

import nir


def output_neurons(graph: nir.NIRGraph) -> str:
    """The name of the node whose spikes are the graph's output."""
    return next(source for source, target in graph.edges if target == "output")
