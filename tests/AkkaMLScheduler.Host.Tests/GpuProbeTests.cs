using AkkaMLScheduler.Host.Api;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Tests;

public sealed class GpuProbeTests
{
    [Fact]
    public void The_drivers_list_gives_indices_and_the_model()
    {
        var found = GpuProbe.Parse("0, NVIDIA H100 80GB HBM3, 81559\n2, NVIDIA H100 80GB HBM3, 81559\n");

        Assert.Equal([0, 2], found.Devices);
        Assert.Equal("NVIDIA-H100-80GB-HBM3", found.Model);
    }

    [Fact]
    public void Two_models_on_one_node_have_no_name_in_common() =>
        Assert.Null(GpuProbe.Parse("0, NVIDIA A100-SXM4-40GB, 40960\n1, NVIDIA T4, 15360\n").Model);

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found\n")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver, sorry, today\n")]
    public void Anything_else_is_no_gpu(string listing) => Assert.Empty(GpuProbe.Parse(listing).Devices);

    [Fact]
    public void What_the_driver_does_not_know_of_a_gpus_use_is_left_out()
    {
        var samples = GpuUsage.Parse("0, 87, 40536\n1, [N/A], 12\nUnable to determine the device handle\n");

        Assert.Equal([new(0, 0.87, 40536L << 20), new(1, null, 12L << 20)], samples);
    }

    [Fact]
    public void A_declared_number_is_taken_for_granted_and_hides_gpus_from_tasks_that_have_none()
    {
        var settings = NodeSettings.Load("amls.worker.gpus = 3");

        Assert.Equal([0, 1, 2], settings.GpuDevices);
        Assert.Equal(3, settings.Capacity.Gpus);
        Assert.True(settings.Processes.HidesGpus);
    }

    [Fact]
    public void Pretended_slots_take_the_place_of_real_ones()
    {
        var settings = NodeSettings.Load("amls.worker { gpus = 3\n simulated-gpus = 2 }");

        Assert.Equal((2, 0, false), (settings.Capacity.Gpus, settings.GpuDevices.Count, settings.Processes.HidesGpus));
    }
}
