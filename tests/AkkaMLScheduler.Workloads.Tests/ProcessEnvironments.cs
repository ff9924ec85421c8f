using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessEnvironments
{
    private const string Print = "env | sort";

    [Fact]
    public async Task A_task_learns_who_it_is_and_what_it_reads()
    {
        using var bench = new TaskBench();
        var task = bench.Shell(Print) with
        {
            Attempt = 3,
            Gpus = [2, 5],
            Resources = new ResourceSpec(2500, 1L << 30, 2),
            Inputs = [new DatasetInput("corpus-v2@7", [new SnapshotFile("/lake/a.parquet", 1, 1, ""), new SnapshotFile("/lake/b.parquet", 1, 1, "")], new TableSchema([]))],
        };

        var log = (await TaskBench.RunAsync(task)).Log;

        Assert.All(
            [
                "AMLS_JOB_ID=bench", "AMLS_ATTEMPT=3", "AMLS_NODE=bench", $"AMLS_CHECKPOINT_DIR={task.CheckpointDirectory}",
                "AMLS_CHECKPOINT_EVERY=0", "AMLS_DATASET_CORPUS_V2=/lake/a.parquet\n", "/lake/b.parquet", "CUDA_VISIBLE_DEVICES=2,5",
                "CUDA_DEVICE_ORDER=PCI_BUS_ID", "OMP_NUM_THREADS=2", "RANK=0", "WORLD_SIZE=1", "LOCAL_RANK=0",
            ],
            line => Assert.Contains($"\n{line}", "\n" + log));
    }

    [Fact]
    public async Task The_jobs_own_variables_reach_it_and_the_workers_settings_do_not()
    {
        using var bench = new TaskBench();
        Environment.SetEnvironmentVariable("AMLS_SECRET_OF_THE_WORKER", "x");
        var task = bench.Shell(Print);
        var with = new Dictionary<string, string>(task.Run.With) { ["env"] = ParameterText.OfMap(new Dictionary<string, string> { ["GREETING"] = "a b", ["OMP_NUM_THREADS"] = "9" }) };

        var log = (await TaskBench.RunAsync(task with { Run = task.Run with { With = with }, Resources = new ResourceSpec(1000, 1L << 30, 0) })).Log;

        Assert.Contains("\nGREETING=a b\n", log);
        Assert.Contains("\nOMP_NUM_THREADS=9\n", log);
        Assert.DoesNotContain("AMLS_SECRET_OF_THE_WORKER", log);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_task_without_gpus_sees_none_where_there_are_some(bool machineHasGpus, bool hidden)
    {
        using var bench = new TaskBench();
        var task = bench.Shell("echo \"visible: ${CUDA_VISIBLE_DEVICES-unset}\"") with
        { Processes = new ProcessSettings(true, TimeSpan.FromSeconds(10), HidesGpus: machineHasGpus) };

        Assert.Contains(hidden ? "visible: \n" : "visible: unset\n", (await TaskBench.RunAsync(task)).Log);
    }

    [Fact]
    public async Task Two_inputs_that_would_share_a_variable_are_named()
    {
        using var bench = new TaskBench();
        var schema = new TableSchema([]);
        var task = bench.Shell(Print) with { Inputs = [new DatasetInput("a-b@1", [], schema), new DatasetInput("a_b@1", [], schema)] };

        Assert.Contains("two inputs share the variable AMLS_DATASET_A_B", (await TaskBench.RunAsync(task)).Outcome.Reason);
    }

    [SkippableFact]
    public async Task The_ranks_of_a_gang_meet_at_the_address_they_are_given()
    {
        using var bench = new TaskBench();
        var gang = bench.Gang(2, () => bench.Python(
            """
            import os, socket, time
            rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
            place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
            print("I am", rank, "of", world, "node", os.environ["NODE_RANK"], "local", os.environ["LOCAL_RANK"], "of", os.environ["LOCAL_WORLD_SIZE"])
            if rank == 0:
                door = socket.socket(); door.bind(place); door.listen()
                print("heard", door.accept()[0].makefile().readline())
            else:
                for attempt in range(600):
                    try:
                        peer = socket.create_connection(place); break
                    except ConnectionRefusedError:
                        time.sleep(0.1)
                peer.sendall(b"hello from 1\n")
            """));

        var runs = await Task.WhenAll(gang.Select(task => TaskBench.RunAsync(task))).WaitAsync(TimeSpan.FromSeconds(90));

        Assert.All(runs, run => Assert.Equal(("", TaskEnd.Succeeded), (run.Outcome.Reason, run.Outcome.End)));
        Assert.Contains("I am 0 of 2 node 0 local 0 of 1\nheard hello from 1\n", runs[0].Log);
        Assert.Contains("I am 1 of 2 node 1 local 0 of 1\n", runs[1].Log);
    }
}
