// What another .NET service needs to give its work to the cluster: a reference to AkkaMLScheduler.Contracts, and this.
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Client;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: SampleService JOB-FILE JOB-ID CONTACT-POINT... (such as akka.tcp://amls@127.0.0.1:4053)");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var spec = JobSpecReader.Read(await File.ReadAllTextAsync(args[0], stop.Token));
    await using var cluster = SchedulerClient.Connect(new SchedulerClientOptions { ContactPoints = args[2..], Name = "sample" });

    // The id is ours: if this process dies and starts again, it finds the job it had submitted.
    var accepted = await cluster.SubmitAsync(spec, new JobId(args[1]), stop.Token);
    Console.WriteLine($"{accepted.JobId} {(accepted.AlreadyKnown ? "was submitted before" : "is accepted")}");

    var end = JobStatus.Pending;
    await foreach (var job in cluster.WatchAsync(accepted.JobId, stop.Token))
    {
        end = job.Status;
        Console.WriteLine($"{job.Id} {job.Status} attempts={job.Attempts} step={job.LastStep} {job.Reason}");
    }

    return end == JobStatus.Succeeded ? 0 : 1;
}
catch (Exception e) when (e is JobSpecException or RequestRefusedException or UnknownJobException or SchedulerUnreachableException or IOException
    or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    return 3;
}
