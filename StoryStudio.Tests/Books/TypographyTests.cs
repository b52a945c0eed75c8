using StoryStudio.Core.Books;
using Xunit;

namespace StoryStudio.Tests.Books;

public sealed class TypographyTests
{
    [Theory]
    [InlineData("\"Why,\" asked Mira, \"when no ship comes?\"", "“Why,” asked Mira, “when no ship comes?”")]
    [InlineData("She said: \"He said 'go', and I went.\"", "She said: “He said ‘go’, and I went.”")]
    [InlineData("\"'Go' was all\nhe said.\"", "“‘Go’ was all\nhe said.”")]
    [InlineData("(\"Here\") [\"there\"]", "(“Here”) [“there”]")]
    [InlineData("\"Wait--\"", "“Wait—”")]
    [InlineData("It's the owls' tree, 'tis true, of the '90s.", "It’s the owls’ tree, ’tis true, of the ’90s.")]
    [InlineData("A dash -- and - a well-known one --- here", "A dash — and – a well-known one — here")]
    [InlineData("- Who is there?\n- Nobody.", "– Who is there?\n– Nobody.")]
    [InlineData("And then... nothing....", "And then… nothing....")]
    [InlineData("A 6'2\" man and a 5\" nail", "A 6'2\" man and a 5\" nail")]
    [InlineData("צה\"ל", "צה\"ל")]
    [InlineData("“Set” already — and ’tis so…", "“Set” already — and ’tis so…")]
    [InlineData("Plain words stay.", "Plain words stay.")]
    [InlineData("\"", "”")]
    [InlineData("'", "’")]
    [InlineData("", "")]
    public void Words_TypedOnKeys_StandAsTheyArePrinted(string typed, string printed) => Assert.Equal(printed, Typography.Set(typed, "en"));

    [Theory]
    [InlineData("de", "„Wer ist da?“, rief sie. ‚Niemand‘, dachte er, ‚wie immer‘.")]
    [InlineData("de-AT", "„Wer ist da?“, rief sie. ‚Niemand‘, dachte er, ‚wie immer‘.")]
    [InlineData("fr", "«\u00A0Wer ist da?\u00A0», rief sie. ‘Niemand’, dachte er, ‘wie immer’.")]
    [InlineData("und", "“Wer ist da?”, rief sie. ‘Niemand’, dachte er, ‘wie immer’.")]
    public void Quotes_FollowTheLanguage(string language, string printed) => Assert.Equal(printed, Typography.Set("\"Wer ist da?\", rief sie. 'Niemand', dachte er, 'wie immer'.", language));

    [Fact]
    public void Quotes_WithoutEnd_AreSetQuickly()
    {
        var text = string.Concat(Enumerable.Repeat("'a ", 10_000));

        Assert.Equal(text.Replace('\'', '’'), Typography.Set(text, "en"));
    }
}
