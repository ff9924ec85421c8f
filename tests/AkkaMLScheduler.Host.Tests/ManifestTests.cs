using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;
using AkkaMLScheduler.Testing;
using YamlDotNet.RepresentationModel;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>What <c>k8s/</c> renders to, against the program that it starts.</summary>
public sealed class ManifestTests
{
    [Fact]
    public void The_stops_phases_and_their_margin_are_exactly_the_grace()
    {
        var settings = NodeSettings.Load();
        var phases = TimeSpan.FromSeconds(ShutdownPhases.All.Sum(phase => phase.Limit.TotalSeconds));

        Assert.Equal(settings.StopGrace, phases + ShutdownPhases.Margin);
        Assert.Equal(phases, ShutdownPhases.LongestUnder(NodeHocon.Of(settings)));
        Assert.Equal(phases, settings.StopLimit);
    }

    [SkippableFact]
    public async Task Every_pod_is_a_node_whose_settings_can_work_with_the_grace_that_it_is_given()
    {
        using var folder = new TemporaryFolder();
        using (var authority = PrivateAuthority.Create(folder.File("tls"), TimeProvider.System.GetUtcNow()))
            authority.Issue("nodes", ["*.lighthouse.amls.svc", "*.scheduler.amls.svc", "*.worker.amls.svc"], TimeProvider.System.GetUtcNow());
        File.Move(folder.File("tls", "nodes.crt"), folder.File("tls", "tls.crt"));
        File.Move(folder.File("tls", "nodes.key"), folder.File("tls", "tls.key"));

        var rendered = await RenderAsync();

        var shared = (YamlMappingNode)rendered.Single(d => Text(d, "kind") == "ConfigMap")["data"];
        var sets = rendered.Where(d => Text(d, "kind") == "StatefulSet").ToList();
        Assert.Equal(["lighthouse", "scheduler", "worker"], sets.Select(s => Text(s["metadata"], "name")).Order());
        foreach (var set in sets)
        {
            var name = Text(set["metadata"], "name");
            var pod = set["spec"]["template"]["spec"];
            var settings = NodeSettings.Load(EnvironmentSettings.ToHocon(Environment(pod, shared, $"{name}-0", folder.Path)));

            Assert.Equal(name == "worker" ? ["worker", "ingest"] : [name], settings.Roles);
            Assert.Equal(($"{name}-0", $"{name}-0.{name}.amls.svc", "10.1.2.3"), (settings.Name, settings.PublicHost, settings.Host.ToString()));
            Assert.Equal(2, settings.Seeds.Count);
            Assert.Equal(settings.StopGrace.TotalSeconds, double.Parse(Text(pod, "terminationGracePeriodSeconds"), CultureInfo.InvariantCulture));
            var service = rendered.Single(d => Text(d, "kind") == "Service" && Text(d["metadata"], "name") == Text(set["spec"], "serviceName"));
            Assert.Equal(("None", "true"), (Text(service["spec"], "clusterIP"), Text(service["spec"], "publishNotReadyAddresses")));
            Assert.Single(rendered, d => Text(d, "kind") == "PodDisruptionBudget" && Text(d["metadata"], "name") == name);
        }
    }

    private static Dictionary<string, string> Environment(YamlNode pod, YamlMappingNode shared, string podName, string secrets)
    {
        var variables = shared.ToDictionary(v => v.Key.ToString(), v => v.Value.ToString());
        foreach (var variable in (YamlSequenceNode)pod["containers"][0]["env"])
        {
            var given = ((YamlMappingNode)variable).Children.TryGetValue("value", out var value) ? value.ToString() : "from elsewhere";
            variables[Text(variable, "name")] = given.Replace("$(POD_NAME)", podName).Replace("$(POD_IP)", "10.1.2.3");
        }

        return variables.ToDictionary(v => v.Key, v => v.Value.StartsWith("/tls/", StringComparison.Ordinal) ? secrets + v.Value : v.Value);
    }

    private static async Task<IReadOnlyList<YamlNode>> RenderAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "AkkaMLScheduler.sln"))) root = root.Parent!;
        var path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Requires.That(path.Any(folder => File.Exists(Path.Combine(folder, "kubectl"))), "kubectl is not installed.");
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(root.FullName, "k8s")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = kubectl.StandardError.ReadToEndAsync();
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await kubectl.StandardOutput.ReadToEndAsync()));
        await kubectl.WaitForExitAsync();
        Assert.True(kubectl.ExitCode == 0, await errors);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static string Text(YamlNode node, string key) => node[key].ToString();
}
