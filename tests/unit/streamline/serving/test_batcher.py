import asyncio
from collections.abc import Sequence

import pytest

from filrouge.streamline.serving.batcher import Batcher, Job
from filrouge.streamline.serving.errors import Busy


def test_what_arrives_while_a_batch_is_computed_forms_the_next() -> None:
    sizes: list[int] = []

    async def main() -> list[int]:
        gate = asyncio.Event()

        async def work(jobs: Sequence[Job[int, int]]) -> list[int | Exception]:
            sizes.append(len(jobs))
            if len(sizes) == 1:
                await gate.wait()
            return [sum(job.rows) for job in jobs]

        batcher: Batcher[int, int] = Batcher(work, batch_rows=10)
        first = asyncio.create_task(batcher.submit(Job([1])))
        while not sizes:
            await asyncio.sleep(0)
        others = [asyncio.create_task(batcher.submit(Job([n]))) for n in range(15)]
        while batcher.rows_waiting < 15:
            await asyncio.sleep(0)
        gate.set()
        return [await first, *[await task for task in others]]

    assert asyncio.run(main()) == [1, *range(15)]
    assert sizes == [1, 10, 5]


def test_a_failure_reaches_only_its_batch_and_the_next_goes_on() -> None:
    async def main() -> list[object]:
        calls = 0

        async def work(jobs: Sequence[Job[int, int]]) -> list[int | Exception]:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise ValueError("broken")
            return [0 for _ in jobs]

        batcher: Batcher[int, int] = Batcher(work, batch_rows=1)
        return await asyncio.gather(*(batcher.submit(Job([n])) for n in range(3)), return_exceptions=True)

    found = asyncio.run(main())
    assert isinstance(found[0], ValueError)
    assert found[1:] == [0, 0]


def test_too_many_waiting_rows_are_refused() -> None:
    async def main() -> None:
        async def work(jobs: Sequence[Job[int, int]]) -> list[int | Exception]:
            return [0 for _ in jobs]

        batcher: Batcher[int, int] = Batcher(work, waiting_rows=5)
        tasks = [asyncio.create_task(batcher.submit(Job([0] * 3))) for _ in range(2)]
        with pytest.raises(Busy):
            await asyncio.gather(*tasks)

    asyncio.run(main())
