using Microsoft.Extensions.DependencyInjection;

namespace StoryStudio.Core.Providers.Sketch;

/// <summary><c>StoryStudio:Providers:Sketch</c>: the illustrator in the box, which <c>auto</c> takes where there is no other.</summary>
public sealed class SketchOptions : ProviderSettings
{
    /// <summary>Time over which one sketch is spread, so that the page has something to show. Zero means at once.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1.5);

    public override string Name => SketchProvider.ProviderName;

    public override string Title => "Sketch illustrator";

    public override int AutoRank => int.MaxValue;

    public override bool MayBeAuto => true;

    public override bool IsConfigured => true;

    internal override void Register(IServiceCollection services) => services.AddSingleton<IImageProvider, SketchProvider>();

    internal override void Check(Faults faults, string path) => faults.Between($"{path}:{nameof(Delay)}", Delay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
}
