using System.Text.Json;
using StoryStudio.Core.Books.Reading;
using StoryStudio.Core.Stories;
using StoryStudio.Web.Components.Wizard;
using Xunit;

namespace StoryStudio.Tests.Components.Wizard;

public sealed class DraftWorkTests
{
    private static readonly string[] Styles = ["illustration", "clear", "consistent"];

    [Fact]
    public void ShotList_OfAThousandBeatsInThreeStyles_IsKept_AndReadAsItWas()
    {
        var prompt = new string('a', 600);
        var beats = Enumerable.Range(0, 1_000).Select(i => new { beat_number = $"{(i / 20) + 1}.{(i % 20) + 1}", ai_prompt = prompt }).ToList();

        var work = Work(JsonSerializer.Serialize(new { promptsByStyle = Styles.ToDictionary(s => s, _ => beats) }), "shots.json");

        Assert.InRange(work.Write().Length, 1, KeptDraft.MaxWork);
        Assert.Equal(1_000, DraftWork.Read(work.Write()).Pages!.Count);
        Assert.Equal(work.Pages![0].Prompts, DraftWork.Read(work.Write()).Pages![0].Prompts);
    }

    [Fact]
    public void ShotList_OfALargestFileWithASignBeforeEveryLetter_IsKept()
    {
        var prompt = string.Concat(Enumerable.Repeat("\\\"", Segment.MaxPromptLength / 2));
        var beats = Enumerable.Repeat($"{{\"ai_prompt\":\"{prompt}\"}}", (StoryText.MaxLength / (prompt.Length + 20)) - 1);

        Assert.InRange(Work($"{{\"promptsByStyle\":{{\"clear\":[{string.Join(',', beats)}]}}}}", "shots.json").Write().Length, 1, KeptDraft.MaxWork);
    }

    [Fact]
    public void Novel_InAnotherScript_TakesNoMoreRoomThanItsLetters()
    {
        var work = Work($"# Ёж\n\n{string.Concat(Enumerable.Repeat("Жил-был в лесу ёж 🦔, и было ему там хорошо. ", 200))}", "novel.md");

        Assert.InRange(work.Write().Length, 1, (int)(work.Pages!.Sum(p => p.Text.Length) * 1.5));
        Assert.Equal(work.Pages!.Select(p => p.Text), DraftWork.Read(work.Write()).Pages!.Select(p => p.Text));
    }

    private static DraftWork Work(string text, string fileName) => ImportWords.Draft(TextFile.Read(text, fileName, [.. Styles.Select(key => new StyleDefinition { Key = key })]))!.Work!;
}
