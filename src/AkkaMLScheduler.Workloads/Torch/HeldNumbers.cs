using TorchSharp;
using static TorchSharp.torch;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// Arithmetic of tensors with numbers. TorchSharp hands libtorch the address of a number's native copy and forgets the number, so that a
/// garbage collection may free the copy while libtorch still reads it: the result is then any number at all. Its <c>+</c> does so
/// too, with a factor of one. Each number here is held until its call is over; use nothing else for it.
/// </summary>
internal static class HeldNumbers
{
    private static readonly Scalar One = 1;

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor DividedBy(this Tensor x, double divisor)
    {
        using Scalar held = divisor;
        return x.div(held);
    }

    /// <summary>In place, as all that follow.</summary>
    public static Tensor Scale(this Tensor x, double factor)
    {
        using Scalar held = factor;
        return x.mul_(held);
    }

    public static Tensor Divide(this Tensor x, double divisor)
    {
        using Scalar held = divisor;
        return x.div_(held);
    }

    public static Tensor Add(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.add_(held, One);
    }

    /// <summary>Adds <paramref name="factor"/> · <paramref name="y"/>.</summary>
    public static Tensor AddScaled(this Tensor x, Tensor y, double factor)
    {
        using Scalar held = factor;
        return x.add_(y, held);
    }

    /// <summary>Adds <paramref name="factor"/> · <paramref name="y"/> · <paramref name="z"/>, element by element.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar held = factor;
        return x.addcmul_(y, z, held);
    }

    /// <summary>Adds <paramref name="factor"/> · <paramref name="y"/> / <paramref name="z"/>, element by element.</summary>
    public static Tensor AddQuotient(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar held = factor;
        return x.addcdiv_(y, z, held);
    }
}
