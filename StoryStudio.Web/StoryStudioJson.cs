using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using StoryStudio.Core.Access;
using StoryStudio.Core.Books;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Providers.Keys;
using StoryStudio.Core.Reviews;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Api;
using StoryStudio.Web.Live;

namespace StoryStudio.Web;

/// <summary>
/// The one way in which StoryStudio writes JSON, for the API, the event streams and the hub: camelCase, words in snake_case,
/// times in UTC with <c>Z</c>, nulls written, numbers never as text.
/// </summary>
public static class StoryStudioJson
{
    private static readonly Dictionary<Type, string> FlattenedProperties = new()
    {
        [typeof(RunDetails)] = "run",
        [typeof(ImageDetails)] = "image",
        [typeof(CreatedStory)] = "story",
        [typeof(StoryFromFile)] = "story",
        [typeof(NewStoryBody)] = "story",
        [typeof(QueuedRun)] = "run",
        [typeof(QueuedImage)] = "image",
        [typeof(StudioFigures)] = "report",
    };

    /// <summary>Ready to use where no framework holds the options.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Makes <paramref name="options"/> write as the contract says.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        // Every script is written as it is; the signs that mean something in HTML stay escaped.
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(StoryStudioJsonContext.Default.WithAddedModifier(Flatten));
        options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver { Modifiers = { Flatten } });
    }

    /// <summary>The type's JSON shape under <see cref="Options"/>.</summary>
    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Some answers are a thing with something added: the thing's own fields stand beside the addition, not below a name of their own.</summary>
    private static void Flatten(JsonTypeInfo type)
    {
        if (!FlattenedProperties.TryGetValue(type.Type, out var name) || type.Properties.FirstOrDefault(p => p.Name == name) is not { Get: { } whole } nested)
        {
            return;
        }

        var nullability = new NullabilityInfoContext();
        var place = type.Properties.IndexOf(nested);
        type.Properties.RemoveAt(place);
        foreach (var inner in type.Options.GetTypeInfo(nested.PropertyType).Properties)
        {
            if (inner.Get is not { } get)
            {
                continue;
            }

            var property = type.CreateJsonPropertyInfo(inner.PropertyType, inner.Name);
            property.Get = outer => get(whole(outer)!);
            property.AttributeProvider = inner.AttributeProvider;
            // Only the API's description asks, and it asks both.
            property.IsGetNullable = property.IsSetNullable =
                inner.AttributeProvider is not PropertyInfo member || nullability.Create(member).ReadState is not NullabilityState.NotNull;
            type.Properties.Insert(place++, property);
        }
    }

    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }
}

/// <summary>What the API and the hub write, generated at build time.</summary>
[JsonSerializable(typeof(StoryDetails))]
[JsonSerializable(typeof(SegmentDetails))]
[JsonSerializable(typeof(CreatedStory))]
[JsonSerializable(typeof(StoryFromFile))]
[JsonSerializable(typeof(StoryList))]
[JsonSerializable(typeof(ExportList))]
[JsonSerializable(typeof(ExportCheck))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(RunDetails))]
[JsonSerializable(typeof(RunAccepted))]
[JsonSerializable(typeof(ImageState))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(IReadOnlyList<ImageVersionDetails>))]
[JsonSerializable(typeof(StorySnapshot))]
[JsonSerializable(typeof(StoryEditedEvent))]
[JsonSerializable(typeof(StoryEdit))]
[JsonSerializable(typeof(EditHistory))]
[JsonSerializable(typeof(IReadOnlyList<KeyState>))]
[JsonSerializable(typeof(QueueState))]
[JsonSerializable(typeof(CastList))]
[JsonSerializable(typeof(ProposalList))]
[JsonSerializable(typeof(DraftList))]
[JsonSerializable(typeof(DraftDetails))]
[JsonSerializable(typeof(ProviderTable))]
[JsonSerializable(typeof(StudioFigures))]
[JsonSerializable(typeof(ShareLinkList))]
[JsonSerializable(typeof(ShareLinkDetails))]
[JsonSerializable(typeof(NewShareLink))]
[JsonSerializable(typeof(CommentState))]
[JsonSerializable(typeof(CommentList))]
[JsonSerializable(typeof(ReviewState))]
[JsonSerializable(typeof(ReviewList))]
[JsonSerializable(typeof(ReviewChanges))]
[JsonSerializable(typeof(StoryWatchers))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class StoryStudioJsonContext : JsonSerializerContext;
