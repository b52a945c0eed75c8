using System.Collections.Immutable;

namespace StoryStudio.Tests.Faults;

/// <summary>How a run is disturbed from our own side, beside what the service does.</summary>
internal enum Disturbance
{
    None,

    /// <summary>As kill -9 leaves it.</summary>
    Crash,

    /// <summary>As SIGTERM leaves it.</summary>
    Stop,
    CancelImage,
    CancelRun,
}

/// <summary>How far the call for one segment is when that happens.</summary>
internal enum Moment
{
    BeforeTheCall,

    /// <summary>The service was asked; where it keeps its callers waiting or drips, while it does.</summary>
    Called,

    /// <summary>The service answered 200 and the bytes are there; nothing is saved.</summary>
    Answered,

    /// <summary>The file has its name, and no row speaks of it yet.</summary>
    Saved,

    /// <summary>A part of the answer has come, and the rest has not. Never, where it has no body.</summary>
    AmidTheAnswer,

    /// <summary>It has failed, and no row says so yet.</summary>
    Failed,

    /// <summary>It has failed, and that is written down.</summary>
    Settled,

    /// <summary>It has failed and waits to go again. Never, where it goes at once or not at all.</summary>
    BackingOff,

    /// <summary>The service was asked, and answers only after the disturbance began: within the grace, where that is a stop.</summary>
    WithinTheGrace,
}

/// <summary>What happens in one run. Everything follows from the seed.</summary>
internal sealed record FaultScenario
{
    public required string Name { get; init; }

    /// <summary>What the engine's own chance follows from: by how much it spreads its retries.</summary>
    public int Seed { get; init; }

    public required int Images { get; init; }

    public int Concurrency { get; init; } = 3;

    public int Keys { get; init; } = 2;

    public bool Consistent { get; init; }

    /// <summary>What the service speaks.</summary>
    public Dialect Dialect { get; init; } = Dialect.OpenAI;

    /// <summary>What the calls for a segment, from 1, meet; each ends with a picture where the list does.</summary>
    public required ImmutableDictionary<int, IReadOnlyList<ProviderFault>> Faults { get; init; }

    public Disturbance Disturbance { get; init; }

    /// <summary>The end of the process that comes right after a cancel, before what was under way has noticed it.</summary>
    public Disturbance Then { get; init; }

    public Moment Moment { get; init; }

    /// <summary>The segment whose call the moment is measured by.</summary>
    public int Target { get; init; } = 1;

    /// <summary>Whether a cancel is followed by the end of the process.</summary>
    public bool EndsAfterCancel => Disturbance is Disturbance.CancelImage or Disturbance.CancelRun && Then is not Disturbance.None;

    /// <summary>Whether the process is told to stop, and so has a grace in which it waits for its calls. One that is killed has none.</summary>
    public bool StopsGently => Disturbance is Disturbance.Stop || (EndsAfterCancel && Then is Disturbance.Stop);

    public static FaultScenario FromSeed(int seed)
    {
        var random = new Random(seed);
        var images = random.Next(3, 9);
        var target = random.Next(1, images + 1);
        return new()
        {
            Name = $"seed {seed}",
            Seed = seed,
            Images = images,
            Concurrency = random.Next(1, 5),
            Keys = random.Next(1, 7),
            Consistent = random.Next(5) == 0,
            Faults = Enumerable.Range(1, images).ToImmutableDictionary(segment => segment, _ => Draw(random)),
            Disturbance = random.Next(5) == 0 ? Disturbance.None : (Disturbance)random.Next(1, 5),
            Moment = (Moment)random.Next(Enum.GetValues<Moment>().Length),
            Target = target,
            Dialect = Dialect.All[random.Next(Dialect.All.Count)],
            Then = (Disturbance)random.Next(3),
        };
    }

    public override string ToString() =>
        $"{Name}, {Dialect}: {Images} images, {Concurrency} at a time, {Keys} keys{(Consistent ? ", consistent" : "")}; {(Disturbance is Disturbance.None ? "undisturbed" : $"{Disturbance}{(EndsAfterCancel ? $" and {Then}" : "")} at {Target} {Moment}")}; "
        + string.Join("; ", Faults.Where(f => f.Value.Count > 0).OrderBy(f => f.Key).Select(f => $"{f.Key}: {string.Join(", ", f.Value)}"));

    private static IReadOnlyList<ProviderFault> Draw(Random random)
    {
        if (random.Next(5) < 2)
        {
            return [];
        }

        // Now and then a service that never recovers.
        var count = random.Next(12) == 0 ? 12 : random.Next(1, 4);
        return [.. Enumerable.Range(0, count).Select(_ => DrawOne(random))];
    }

    private static ProviderFault DrawOne(Random random)
    {
        var fault = ProviderFault.All[random.Next(ProviderFault.All.Count)];

        // It sends 70 MB each time: once in a while is enough.
        return fault.Name == "too large a body" && random.Next(10) > 0 ? ProviderFault.Named("hang") : fault;
    }
}
