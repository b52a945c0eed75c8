using System.Text;
using Microsoft.Extensions.Configuration;
using StoryStudio.Core;
using Xunit;

namespace StoryStudio.Tests;

public sealed class StoryStudioSettingsTests
{
    private const string Sound = """
        { "StoryStudio": {
            "DataDirectory": "data", "Provider": "auto",
            "Generation": { "MaxConcurrency": 5, "DelayBetweenImages": "00:00:00", "MaxRetries": 3, "RetryBaseDelay": "00:00:05", "ImageTimeout": "00:04:00" },
            "Styles": [ { "Key": "illustration", "Name": "Illustration", "Prompt": "...", "Provider": null, "ApiKeys": [], "RequestsPerMinute": 10 }, { "Key": "clear", "Name": "Clear", "Prompt": "..." } ],
            "Providers": {
              "Sketch": { "Delay": "00:00:01.500" },
              "OpenAI": { "Endpoint": null, "ApiKey": null, "Model": "m", "Size": "1024x1024", "Quality": "medium", "Format": "webp" },
              "Gemini": { "Endpoint": null, "ApiKey": null, "Model": "g" } } } }
        """;

    [Fact]
    public void Settings_OfTheContract_AreSound() => Assert.Empty(Check());

    [Fact]
    public void Null_IsAnEmptyWord_OrAsIfItWereNotThere()
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
            { "StoryStudio": {
                "Generation": { "MaxRetries": null, "BudgetUsd": null, "ImageTimeout": null },
                "Styles": [ { "Key": "clear", "Name": null, "Prompt": null, "Provider": null, "ApiKeys": null, "ReferencePicture": null } ],
                "Providers": {
                  "OpenAI": { "Endpoint": null, "ApiKeys": null, "Size": null, "Quality": null, "Format": null, "Stream": null },
                  "Gemini": { "AspectRatio": null, "ImageSize": null } } } }
            """))).Build();
        Assert.Empty(StoryStudioSettings.Check(configuration));

        var options = new StoryStudioOptions();
        StoryStudioSettings.Bind(configuration, options);
        Assert.Equal((3, TimeSpan.FromMinutes(4)), (options.Generation.MaxRetries, options.Generation.ImageTimeout));
        var style = Assert.Single(options.Styles);
        Assert.Equal(("clear", "", null), (style.Name, style.Prompt, style.Provider));
        Assert.Empty(style.ApiKeys);
        Assert.Equal(("", "", ""), (options.Providers.OpenAI.Size, options.Providers.Gemini.AspectRatio, options.Providers.Gemini.ImageSize));
    }

    [Fact]
    public void Null_WhereAWordIsNeeded_IsNamed()
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
            { "StoryStudio": { "DataDirectory": null, "Styles": [ { "Key": null } ], "Providers": { "Gemini": { "Model": null } } } }
            """))).Build();

        var faults = StoryStudioSettings.Check(configuration);

        Assert.Contains("StoryStudio:DataDirectory must be filled in.", faults);
        Assert.Contains("StoryStudio:Providers:Gemini:Model must be filled in.", faults);
        Assert.Contains(faults, f => f.StartsWith("StoryStudio:Styles:0:Key must be", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Generation:MaxConcurrency", "0", "must be 1 to 100, but is \"0\".")]
    [InlineData("Generation:MaxConcurrency", "101", "must be 1 to 100, but is \"101\".")]
    [InlineData("Generation:MaxConcurrency", "abc", "must be a whole number, but is \"abc\".")]
    [InlineData("Generation:MaxConcurrency", "", "must be a whole number, but is \"\".")]
    [InlineData("Generation:MaxRetries", "-1", "must be 0 to 10, but is \"-1\".")]
    [InlineData("Generation:ImageTimeout", "4min", "must be a duration as hh:mm:ss, but is \"4min\".")]
    [InlineData("Generation:ImageTimeout", "240", "must be a duration as hh:mm:ss, but is \"240\".")]
    [InlineData("Generation:ImageTimeout", "00:00:00", "must be 0:00:00.001 to 1:00:00, but is \"0:00:00\".")]
    [InlineData("Generation:RetryBaseDelay", "-00:00:05", "must be 0:00:00 to 1:00:00, but is \"-0:00:05\".")]
    [InlineData("Generation:DelayBetweenImages", "24:00:00", "must be 0:00:00 to 1:00:00, but is \"24:0:00:00\".")]
    [InlineData("DataDirectory", " ", "must be filled in.")]
    [InlineData("Provider", "magic", "must be one of auto, sketch, openai, gemini, but is \"magic\".")]
    [InlineData("Styles:0:Key", "Big Style", "must be 1 to 40 lower-case letters, digits and -, beginning with a letter or digit, but is \"Big Style\".")]
    [InlineData("Styles:0:Key", "../up", "must be 1 to 40 lower-case letters, digits and -, beginning with a letter or digit, but is \"../up\".")]
    [InlineData("Styles:1:Key", "illustration", "must be another than \"illustration\", which is the key of StoryStudio:Styles:0 already.")]
    [InlineData("Styles:1:Provider", "dall-e", "must be one of auto, sketch, openai, gemini, but is \"dall-e\".")]
    [InlineData("Styles:1:RequestsPerMinute", "0", "must be 1 to 100000, but is \"0\".")]
    [InlineData("Styles:1:ApiKeys:0", "", "must be a key.")]
    [InlineData("Styles:1:ApiKeys:0", " ", "must be without spaces, line ends and letters outside ASCII.")]
    [InlineData("Styles:1:ApiKeys:0:Account", "a", "must be a key.", "Styles:1:ApiKeys:0")]
    [InlineData("Styles:1:ApiKeys:first", "sk-one", "must have a number in the place of its last word, as in StoryStudio:Styles:1:ApiKeys:0.")]
    [InlineData("Styles:1:ApiKeys", "sk-one", "must be a list, as in StoryStudio:Styles:1:ApiKeys:0, but is a single value.")]
    [InlineData("Providers:OpenAI:ApiKeys:0", "sk one", "must be without spaces, line ends and letters outside ASCII.")]
    [InlineData("Providers:OpenAI:EditsField", "picture", "must be one of image[], image, but is \"picture\".")]
    [InlineData("Providers:OpenAI:RequestsPerMinute", "0", "must be 1 to 100000, but is \"0\".")]
    [InlineData("Providers:OpenAI:Endpoint", "openai.example/v1", "must be a whole address that begins with http:// or https:// and holds no user name.")]
    [InlineData("Providers:OpenAI:Endpoint", "ftp://a/", "must be a whole address that begins with http:// or https:// and holds no user name.")]
    [InlineData("Providers:OpenAI:Size", "big", "must be auto, or width and height such as 1024x1024, but is \"big\".")]
    [InlineData("Providers:OpenAI:Format", "gif", "must be one of png, jpeg, webp, but is \"gif\".")]
    [InlineData("Providers:OpenAI:Edits", "maybe", "must be true or false, but is \"maybe\".")]
    [InlineData("Providers:Sketch:Delay", "-00:00:01", "must be 0:00:00 to 0:10:00, but is \"-0:00:01\".")]
    [InlineData("Generation:MaxConcurency", "5", "is not a setting. Did you mean StoryStudio:Generation:MaxConcurrency?")]
    [InlineData("Providers:OpenAI:PartialImages", "4", "must be 0 to 3, but is \"4\".")]
    [InlineData("Providers:OpenAI:Stream", "maybe", "must be true or false, but is \"maybe\".")]
    [InlineData("Providers:Gemini:Endpoint", "gemini.example", "must be a whole address that begins with http:// or https:// and holds no user name.")]
    [InlineData("Chat:Endpoint", "chat.example", "must be a whole address that begins with http:// or https:// and holds no user name.")]
    [InlineData("Chat:ApiKey", "a b", "must be without spaces, line ends and letters outside ASCII.")]
    [InlineData("Chat:Timeout", "00:00:00", "must be 0:00:00.001 to 0:30:00, but is \"0:00:00\".")]
    [InlineData("Chat:Modell", "m", "is not a setting. Did you mean StoryStudio:Chat:Model?")]
    [InlineData("Providers:Gemini:ApiKey", "a b", "must be without spaces, line ends and letters outside ASCII.")]
    [InlineData("Providers:Gemini:Model", "models/../x", "must be the model's name alone, such as gemini-3.1-flash-image, but is \"models/../x\".")]
    [InlineData("Providers:Gemini:Model", "", "must be filled in.")]
    [InlineData("Providers:Gemini:AspectRatio", "wide", "must be width to height, such as 3:2, but is \"wide\".")]
    [InlineData("Providers:Gemini:ImageSize", "1k", "must be one of 1K, 2K, 4K, but is \"1k\".")]
    [InlineData("Providers:Gemini:RequestsPerMinute", "0", "must be 1 to 100000, but is \"0\".")]
    [InlineData("Providers:Gemini:Size", "1K", "is not a setting.")]
    [InlineData("Prices:AsOf", "last week", "must be a date as yyyy-mm-dd, but is \"last week\".")]
    [InlineData("Prices:Models:gpt-image-2:ImageOut", "cheap", "must be a number, but is \"cheap\".")]
    [InlineData("Prices:Models:gpt-image-2:ImageOut", "-1", "must be 0 or more, but is \"-1\".")]
    [InlineData("Prices:Models:gpt-image-2:PerPicture:high", "-1", "must be 0 or more, but is \"-1\".")]
    [InlineData("Prices:Models:gpt-image-2:Out", "1", "is not a setting.")]
    [InlineData("Colour", "red", "is not a setting.")]
    [InlineData("Generation:MaxRetries:Deep", "1", "must be a single value, but is a group of settings.", "Generation:MaxRetries")]
    [InlineData("Styles:first:Key", "a", "must have a number in the place of its last word, as in StoryStudio:Styles:0.", "Styles:first")]
    public void Setting_ThatIsWrong_IsNamedWithItsKey(string key, string value, string fault, string? named = null)
    {
        var faults = Check((key, value));

        Assert.Equal($"StoryStudio:{named ?? key} {fault}", Assert.Single(faults));
    }

    [Theory]
    [InlineData("Styles:2:Key", "ink-2")]
    [InlineData("Styles:0:ApiKeys:0", "sk-one")]
    [InlineData("Styles:0:ApiKeys:0:Key", "sk-one")]
    [InlineData("Providers:OpenAI:ApiKeys:3", "sk-one")]
    [InlineData("Providers:Gemini:ApiKeys:0:Key", "sk-one")]
    [InlineData("Providers:OpenAI:Endpoint", "http://127.0.0.1:4010/v1/")]
    [InlineData("Providers:OpenAI:Size", "auto")]
    [InlineData("Providers:OpenAI:Size", "")]
    [InlineData("Providers:OpenAI:Quality", "")]
    [InlineData("Providers:OpenAI:Format", "")]
    [InlineData("Providers:OpenAI:Stream", "")]
    [InlineData("Providers:OpenAI:Stream", "true")]
    [InlineData("Providers:Gemini:AspectRatio", "")]
    [InlineData("Providers:Gemini:ImageSize", "4K")]
    [InlineData("Prices:AsOf", "2026-11-20")]
    [InlineData("Prices:Models:other:ImageOut", "0.5")]
    [InlineData("Prices:Models:other:PerPicture:high", "0.2")]
    [InlineData("Styles:0:Provider", "gemini")]
    [InlineData("Provider", "Sketch")]
    [InlineData("Styles:0:Provider", "")]
    [InlineData("Providers:Sketch:Delay", "00:00:00")]
    [InlineData("generation:maxconcurrency", "3")]
    [InlineData("Generation:ImageTimeout", "00:00:00.500")]
    public void Setting_ThatIsSound_IsTaken(string key, string value) => Assert.Empty(Check((key, value)));

    [Theory]
    [InlineData("gpt-image-2", "1000x1000", null, false)]
    [InlineData("gpt-image-2", "4096x1536", null, false)]
    [InlineData("gpt-image-2", "3072x1008", null, false)]
    [InlineData("gpt-image-2", "3840x1280", null, true)]
    [InlineData("gpt-image-2", "auto", null, true)]
    [InlineData("gpt-image-2", "1000x1000", "http://127.0.0.1:4010/v1/", true)]
    [InlineData("gpt-image-2.5-flare", "1000x1000", null, true)]
    [InlineData("another", "1000x1000", null, true)]
    public void Size_ThatTheModelDoesNotDraw_IsNamed(string model, string size, string? endpoint, bool sound)
    {
        var faults = Check(("Providers:OpenAI:Model", model), ("Providers:OpenAI:Size", size), ("Providers:OpenAI:Endpoint", endpoint ?? ""));

        Assert.Equal(sound ? 0 : 1, faults.Count);
        Assert.All(faults, f => Assert.StartsWith("StoryStudio:Providers:OpenAI:Size must be a size that gpt-image-2 draws", f, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_ComeAllAtOnceInOneMessage()
    {
        using var message = new StringWriter();

        var sound = StoryStudioSettings.Report(
            Configuration(("Generation:MaxConcurrency", "abc"), ("Generation:MaxRetries", "99"), ("Styles:0:Key", ""), ("Porvider", "openai"), ("Providers:OpenAI:Quality", "best")),
            message);

        Assert.False(sound);
        var text = message.ToString();
        Assert.All(
            ["Generation:MaxConcurrency", "Generation:MaxRetries", "Styles:0:Key", "Porvider is not a setting. Did you mean StoryStudio:Provider?", "Providers:OpenAI:Quality"],
            named => Assert.Contains($"StoryStudio:{named}", text, StringComparison.Ordinal));
        Assert.DoesNotContain(" at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_NeverShowsASecret()
    {
        var faults = string.Join('\n', Check(
            ("Providers:OpenAI:ApiKey", "sk-secret with space"), ("Styles:0:ApiKeys:0", "sk-secret\n"), ("Providers:OpenAI:ApiKye", "sk-secret"), ("Providers:OpenAI:Endpoint", "https://me:sk-secret@host/")));

        Assert.Equal(4, faults.Split('\n').Length);
        Assert.DoesNotContain("sk-secret", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_ThatIsBothAKeyAndAGroup_IsNamed() => Assert.Equal(
        "StoryStudio:Styles:1:ApiKeys:0 must be a key or a group of settings, but is both.",
        Assert.Single(Check(("Styles:1:ApiKeys:0", "sk-one"), ("Styles:1:ApiKeys:0:Account", "a"))));

    [Fact]
    public void Key_WithASettingThatItDoesNotHave_IsNamed() => Assert.Equal(
        "StoryStudio:Styles:1:ApiKeys:0:Acount is not a setting. Did you mean StoryStudio:Styles:1:ApiKeys:0:Account?",
        Assert.Single(Check(("Styles:1:ApiKeys:0:Key", "sk-one"), ("Styles:1:ApiKeys:0:Acount", "a"))));

    [Fact]
    public void Key_ThatIsSaidToBeOfTwoAccounts_IsNamedAndNotShown() => Assert.Equal(
        "StoryStudio:Providers:OpenAI:ApiKeys:0:Account must be the same as StoryStudio:Styles:0:ApiKeys:0:Account, for it is the same key.",
        Assert.Single(Check(
            ("Styles:0:ApiKeys:0:Key", "sk-one"), ("Styles:0:ApiKeys:0:Account", "a"), ("Styles:1:ApiKeys:0", "sk-one"),
            ("Providers:OpenAI:ApiKeys:0:Key", "sk-one"), ("Providers:OpenAI:ApiKeys:0:Account", "b"))));

    [Fact]
    public void Keys_InBothForms_AreReadFromTheFileAndTheEnvironment()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
                { "StoryStudio": {
                    "Styles": [ { "Key": "clear", "ApiKeys": [ "sk-plain", { "Key": "sk-grouped", "Account": "a" }, { "Key": "sk-replaced" } ] } ],
                    "Providers": { "OpenAI": { "ApiKeys": [ { "Key": "sk-provider", "Account": "b" } ] } } } }
                """)))
            .AddInMemoryCollection(Environment(
                ("StoryStudio__Styles__0__ApiKeys__2__Key", "sk-environment"), ("StoryStudio__Styles__0__ApiKeys__2__Account", "c"),
                ("StoryStudio__Providers__OpenAI__ApiKeys__1", "sk-bare"), ("StoryStudio__Providers__OpenAI__RequestsPerMinute", "3")))
            .Build();

        Assert.Empty(StoryStudioSettings.Check(configuration));
        var options = new StoryStudioOptions();
        configuration.GetSection(StoryStudioOptions.Section).Bind(options);
        Assert.Equal([("sk-plain", null), ("sk-grouped", "a"), ("sk-environment", "c")], options.Styles[0].ApiKeys.Select(k => (k.Key, k.Account)));
        Assert.Equal([("sk-provider", "b"), ("sk-bare", null)], options.Providers.OpenAI.ApiKeys.Select(k => (k.Key, k.Account)));
        Assert.Equal(3, options.Providers.OpenAI.RequestsPerMinute);
        Assert.Equal("…lain …uped …ment", string.Join(' ', options.Styles[0].ApiKeys));
    }

    [Fact]
    public void Settings_WithoutAnyStyle_AreWrong()
    {
        var faults = StoryStudioSettings.Check(new ConfigurationBuilder().Build());

        Assert.Equal("StoryStudio:Styles must have at least one style.", Assert.Single(faults));
    }

    [Fact]
    public void SettingsFile_OfTheRepository_IsSound()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();

        Assert.Empty(StoryStudioSettings.Check(file));
        var options = new StoryStudioOptions();
        file.GetSection(StoryStudioOptions.Section).Bind(options);
        Assert.True(new StoryStudioOptionsValidator().Validate(null, options).Succeeded);
    }

    /// <summary>As the framework's own source of environment variables reads them.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Environment(params (string Name, string Value)[] variables) =>
        variables.Select(v => KeyValuePair.Create<string, string?>(v.Name.Replace("__", ":", StringComparison.Ordinal), v.Value));

    private static IReadOnlyList<string> Check(params (string Key, string Value)[] settings) => StoryStudioSettings.Check(Configuration(settings));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Sound)))
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>($"StoryStudio:{s.Key}", s.Value)))
        .Build();
}
