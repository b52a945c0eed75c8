namespace StoryStudio.Web.Components.Runs;

/// <summary>What helps.</summary>
public enum Remedy
{
    /// <summary>To draw them again as they are.</summary>
    Again,

    /// <summary>Other words for the picture.</summary>
    Reword,

    /// <summary>A key that serves again.</summary>
    Key,

    /// <summary>Other settings, which are read at the start.</summary>
    Settings,
}

/// <summary>What is said about pictures that are not there, and what to do about it, by the code of their error.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Advice">What helps, in a sentence or two.</param>
/// <param name="Remedy">The same for the buttons.</param>
/// <param name="Do">What the button says that draws so many again.</param>
internal sealed record TroubleWords(string Title, string Advice, Remedy Remedy, Func<string, string> Do)
{
    public const string Budget = "budget_exhausted";

    public static TroubleWords Of(string code) => code switch
    {
        "rate_limited" => new("The service was too busy", "It takes only so many pictures a minute. Wait a little, then draw them again.", Remedy.Again, Again),
        "provider_unavailable" => new("The service had a problem", "It was tried several times. As a rule such a thing passes by itself.", Remedy.Again, Again),
        "timeout" => new("They took too long", "No answer came in time. Draw them again; where it happens often, the settings can allow more time.", Remedy.Again, Again),
        "no_picture" => new("No picture came back", "The service answered without one. Draw them again, or change the description where it happens a second time.", Remedy.Again, Again),
        "damaged" => new("The answer was damaged", "What came could not be read. Draw them again.", Remedy.Again, Again),
        "refused" => new("The provider declined them", "Say the same in other words: change the description below, and the picture is drawn again at once.", Remedy.Reword, Again),
        "quota_exhausted" => new("Today’s allowance is used up", "The service gives a new one tomorrow. With a higher allowance they can be drawn now.", Remedy.Key, what => $"The allowance is higher now: draw {what}"),
        "out_of_credit" => new("The account is out of credit", "Top it up where you got the key from. Then they can be drawn.", Remedy.Key, what => $"Topped up: draw {what}"),
        "bad_key" => new("The key was not accepted", "Check the key in the settings. A new one counts after the next start; where the old one was let in since, it can serve at once.", Remedy.Key, what => $"The key is good now: draw {what}"),
        "no_access" => new("The account may not use the model", "Have it let in where you got the key from: some models ask for a verified organization, or are not to be had in every country. Another key or another model counts after the next start.", Remedy.Key, what => $"It is let in now: draw {what}"),
        "model_unavailable" => new("The model is not to be had", "Name another model in the settings and start StoryStudio anew. Then draw them.", Remedy.Settings, Again),
        "invalid_request" => new("The service does not take this request", "As a rule a setting does not go with the model. What it says below tells which.", Remedy.Settings, Again),
        "style_removed" => new("The style left the settings", "Put it back there and start StoryStudio anew. Then they can be drawn.", Remedy.Settings, Again),
        Budget => new("A budget is in the way", "They can be drawn in the next month, or with a larger MonthlyBudgetUsd in the settings and a new start; where a price is missing, with one. What it says below tells which.", Remedy.Settings, Again),
        "crashed" => new("Set aside", "StoryStudio ended while they were being drawn, several times. Drawn again, each goes alone, and the others are safe from it.", Remedy.Again, Again),
        _ => new("They could not be drawn", "What is said below tells why. Draw them again once it is mended.", Remedy.Again, Again),
    };

    private static string Again(string what) => $"Draw {what} again";
}
