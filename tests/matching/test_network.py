from tests.matching.graphs import graph


def test_a_persons_edges_stand_together_first_those_they_lead_with_the_person_at_the_other_end() -> None:
    network = graph([(0, 2), (0, 3), (2, 3)], [0.1, 0.2, 0.3], quota=[1] * 5).network
    assert len(network) == 5
    of = [slice(*network.starts[row : row + 2]) for row in range(5)]
    assert [network.edge[one].tolist() for one in of] == [[0, 1], [], [2, 0], [1, 2], []]
    assert [network.neighbour[one].tolist() for one in of] == [[2, 3], [], [3, 0], [0, 2], []]
    assert [array.dtype.name for array in (network.weight, network.first, network.edge)] == [
        "float64",
        "int32",
        "int32",
    ]


def test_people_without_an_edge_and_nobody_are_networks_too() -> None:
    for people in (0, 2):
        network = graph([], quota=[1] * people).network
        assert len(network) == people
        assert network.starts.tolist() == [0] * (people + 1)
        assert len(network.edge) == 0
