// Each test starts processes that take every core of a small machine: one after the other, or timings mean nothing.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
