using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Matmul;
using AkkaMLScheduler.Workloads.Processes;
using AkkaMLScheduler.Workloads.Sleep;
using AkkaMLScheduler.Workloads.Tokenize;
using AkkaMLScheduler.Workloads.Torch;

namespace AkkaMLScheduler.Workloads;

/// <summary>The workloads a worker knows, by the type that a job file names.</summary>
public sealed class WorkloadRegistry
{
    private readonly Dictionary<string, IWorkload> _byType;

    /// <summary>Throws <see cref="ArgumentException"/> when two workloads share a type.</summary>
    public WorkloadRegistry(IEnumerable<IWorkload> workloads)
        => _byType = workloads.ToDictionary(workload => workload.Type, StringComparer.Ordinal);

    /// <summary>Everything this assembly brings.</summary>
    public static WorkloadRegistry Default { get; } = new(
        [new TorchWorkload(GangLimits.Default), new MatmulWorkload(), new TokenizeWorkload(), new SleepWorkload(), new ProcessWorkload()]);

    /// <summary>The workloads in order of their type.</summary>
    public IReadOnlyList<IWorkload> All => [.. _byType.Values.OrderBy(workload => workload.Type, StringComparer.Ordinal)];

    /// <summary>The workload of this type, or null.</summary>
    public IWorkload? Find(string type) => _byType.GetValueOrDefault(type);

    /// <summary>What is wrong with this run: its type, unknown or malformed parameters, limits. Empty when it can be run.</summary>
    public IReadOnlyList<string> Validate(RunSpec run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Find(run.Type) is { } workload)
            return workload.Validate(run);
        var known = string.Join(", ", All.Select(other => other.Type));
        return [$"run.type '{run.Type}' is not one of {known}{Suggestion.For(run.Type, _byType.Keys)}"];
    }
}
