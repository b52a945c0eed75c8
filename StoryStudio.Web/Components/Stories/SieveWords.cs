namespace StoryStudio.Web.Components.Stories;

/// <summary>What is said of pictures that are shown apart from the others.</summary>
internal static class SieveWords
{
    /// <summary>"3 to be changed".</summary>
    public static string Name(PictureKind kind) => kind switch
    {
        PictureKind.ChangesWanted => "to be changed",
        PictureKind.Undecided => "to be decided",
        PictureKind.Approved => "approved",
        PictureKind.Failed => "failed",
        PictureKind.Stale => "from before a change",
        _ => "not drawn",
    };

    public static string None(PictureKind kind) => kind switch
    {
        PictureKind.ChangesWanted => "Nobody wants a picture changed.",
        PictureKind.Undecided => "No picture waits for a decision.",
        PictureKind.Approved => "No picture is approved yet.",
        PictureKind.Failed => "No picture has failed.",
        PictureKind.Stale => "No picture is from before a change.",
        _ => "Every picture is there or on its way.",
    };

    /// <summary>"2 of 36 pages, with pictures that are to be changed. 1 of them is no longer so."</summary>
    /// <param name="kind">What is looked for.</param>
    /// <param name="shown">Pages that are shown.</param>
    /// <param name="all">Pages of the story.</param>
    /// <param name="past">Of those shown, how many hold no such picture any longer.</param>
    public static string Sentence(PictureKind kind, int shown, int all, int past)
    {
        var sentence = $"{shown:N0} of {Words.Count(all, "page")}: {Name(kind)}.";
        return past switch
        {
            0 => sentence,
            1 => $"{sentence} 1 is so no longer.",
            _ => $"{sentence} {past:N0} are so no longer.",
        };
    }
}
