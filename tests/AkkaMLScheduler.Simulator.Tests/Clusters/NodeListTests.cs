namespace AkkaMLScheduler.Simulator.Tests;

public sealed class NodeListTests
{
    [Theory]
    [InlineData("sn,cpu_milli,memory_mib,gpu\n", "its first line lacks the column model")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\n", "it has no nodes")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\na,1000,1,2,T4\nb,x,1,2,T4\n", "line 3: cpu_milli is \"x\", not a number")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\na,1000,1,1.5,T4\n", "line 2: gpu is 1.5; it is a whole number from 0")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\na,1000,1,70000,T4\n", "line 2: node a offers 70000 GPUs")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\na,1000,1,2,T4\na,1000,1,2,T4\n", "line 3: the node a is there already")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\n,1000,1,2,T4\n", "line 2: a node needs a name")]
    public void A_wrong_list_is_refused_with_its_line(string text, string complaint)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            var wrong = Assert.Throws<ClusterUnreadableException>(() => NodeList.Read(path));
            Assert.Contains(complaint, wrong.Message);
            Assert.Contains(path, wrong.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_missing_list_is_one_clear_sentence() =>
        Assert.StartsWith(
            "The node list /no/such/list cannot be read: ",
            Assert.Throws<ClusterUnreadableException>(() => NodeList.Read("/no/such/list")).Message);
}
