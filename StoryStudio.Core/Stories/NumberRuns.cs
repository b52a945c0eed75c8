using System.Globalization;

namespace StoryStudio.Core.Stories;

/// <summary>Numbers of segments in a row, short: <c>1.1-12 1.20 2.1-3</c>.</summary>
internal static class NumberRuns
{
    public static string Write(IEnumerable<SegmentNumber> numbers)
    {
        var runs = new List<(SegmentNumber First, int Last)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && runs[^1] is var (first, last) && first.Scene == number.Scene && last + 1 == number.Beat)
            {
                runs[^1] = (first, number.Beat);
            }
            else
            {
                runs.Add((number, number.Beat));
            }
        }

        return string.Join(' ', runs.Select(run => run.First.Beat == run.Last ? $"{run.First}" : string.Create(CultureInfo.InvariantCulture, $"{run.First}-{run.Last}")));
    }

    public static List<SegmentNumber> Read(string runs)
    {
        var numbers = new List<SegmentNumber>();
        foreach (var run in runs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = run.Split('-');
            if (!SegmentNumber.TryParse(ends[0], out var first) || ends.Length > 2)
            {
                throw new FormatException($"\"{run}\" is no row of numbers.");
            }

            var last = ends.Length == 1 ? first.Beat : int.Parse(ends[1], CultureInfo.InvariantCulture);
            numbers.AddRange(Enumerable.Range(first.Beat, last - first.Beat + 1).Select(beat => first with { Beat = beat }));
        }

        return numbers;
    }
}
