from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from attesa.core.partition.placement import partition_of


@given(st.binary(min_size=1, max_size=400), st.integers(1, 300))
def test_keys_are_placed_where_producers_place_them(key: bytes, partitions: int):
    everyone = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, everyone, everyone)
