using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>The same inputs and commits give the same plans, also when the core is stored, read back or forked in between.</summary>
public sealed class ReplayProperties
{
    private const int Cases = 1_000;
    private const string Seed = "(20261124,3)";

    [Property(MaxTest = Cases, Replay = Seed)]
    public void A_ledger_played_again_gives_the_same_plans_and_the_same_state(int[] numbers)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 5))
        {
            var script = new Script(policy).Run(numbers);
            var core = new SchedulerCore(policy);
            foreach (var entry in script.Ledger)
            {
                if (entry is SchedulerInput input)
                {
                    core.Apply(input);
                    continue;
                }

                var plan = (Plan)entry;
                Assert.Equal(plan, core.Plan(plan.At));
                core.Commit(plan);
            }

            Assert.Equal(script.Core.Export(), core.Export());
        }
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Exporting_and_importing_before_every_plan_makes_no_difference(int[] numbers) =>
        Same(numbers, core => SchedulerCore.Import(core.Export()));

    [Property(MaxTest = Cases, Replay = Seed)]
    public void A_fork_goes_on_as_the_original_would_have(int[] numbers) => Same(numbers, core => core.Fork());

    [Property(MaxTest = Cases, Replay = Seed)]
    public void So_does_one_whose_queues_stand_in_a_tree(int[] numbers) => Same(numbers, core => core.Fork(), "q0", "q1", "q0/a", "q0/b", "q1/a/x");

    private static void Same(int[] numbers, Func<SchedulerCore, SchedulerCore> replace, params string[] queues)
    {
        if (queues.Length == 0) queues = ["q0", "q1", "q2"];
        foreach (var policy in EveryPolicy.InTurn(numbers, 5))
        {
            var plain = new Script(policy) { Queues = queues }.Run(numbers);
            var replaced = new Script(policy) { Queues = queues, Replace = replace }.Run(numbers);
            Assert.Equal(plain.Ledger, replaced.Ledger);
            Assert.Equal(plain.Core.Export(), replaced.Core.Export());
        }
    }
}
