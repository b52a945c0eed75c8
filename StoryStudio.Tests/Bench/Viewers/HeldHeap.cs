namespace StoryStudio.Tests.Bench.Viewers;

/// <summary>What the process still holds once everything was collected that can be, in bytes.</summary>
internal static class HeldHeap
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static long Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>What pools keep for the next burst goes little by little, with each collection; what a circuit holds stays.</summary>
    public static async Task<long> SettledAsync()
    {
        for (var looks = 0; looks < 3; looks++)
        {
            Now();
            await Task.Delay(Rest);
        }

        return Now();
    }
}
