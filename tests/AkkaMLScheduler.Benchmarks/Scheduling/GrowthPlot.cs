using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>A few lines on logarithmic axes, as SVG.</summary>
internal static class GrowthPlot
{
    private const int Width = 720;
    private const int Height = 420;
    private const int Left = 60;
    private const int Right = 190;
    private const int Top = 40;
    private const int Bottom = 40;

    private static readonly string[] Colours = ["#0072b2", "#56b4e9", "#009e73", "#d55e00", "#e69f00", "#cc79a7"];

    /// <param name="Name">Written at the line's end.</param>
    /// <param name="Points">Above 0 each, x ascending.</param>
    internal sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points);

    public static string Draw(string title, IReadOnlyList<Line> lines)
    {
        var (fromX, toX) = Decades(lines.SelectMany(line => line.Points.Select(point => point.X)));
        var (fromY, toY) = Decades(lines.SelectMany(line => line.Points.Select(point => point.Y)));
        double X(double value) => Left + (Math.Log10(value) - fromX) / (toX - fromX) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - (Math.Log10(value) - fromY) / (toY - fromY) * (Height - Top - Bottom);
        var svg = new StringBuilder();
        void Add(FormattableString element) => svg.AppendLine(element.ToString(CultureInfo.InvariantCulture));
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/><text x=\"{Left}\" y=\"22\" font-size=\"14\">{title}</text>");
        for (var decade = fromY; decade <= toY; decade++)
            Add($"<path d=\"M{Left} {Y(Math.Pow(10, decade)):F1}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(Math.Pow(10, decade)) + 4:F1}\" text-anchor=\"end\">{Math.Pow(10, decade)}</text>");
        for (var decade = fromX; decade <= toX; decade++)
            Add($"<path d=\"M{X(Math.Pow(10, decade)):F1} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/><text x=\"{X(Math.Pow(10, decade)):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Math.Pow(10, decade):N0}</text>");
        foreach (var (index, line) in lines.Index())
        {
            var colour = Colours[index % Colours.Length];
            Add($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{string.Join(' ', line.Points.Select(point => FormattableString.Invariant($"{X(point.X):F1},{Y(point.Y):F1}")))}\"/>");
            Add($"<rect x=\"{Width - Right + 12}\" y=\"{Top + 20 * index}\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{Width - Right + 28}\" y=\"{Top + 20 * index + 9}\">{line.Name}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static (int From, int To) Decades(IEnumerable<double> values)
    {
        var all = values.ToList();
        return ((int)Math.Floor(Math.Log10(all.Min())), (int)Math.Ceiling(Math.Log10(all.Max())));
    }
}
