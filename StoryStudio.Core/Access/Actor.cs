namespace StoryStudio.Core.Access;

/// <summary>What somebody may do in a story; each includes those before it. Words on the wire: <c>look</c>, <c>comment</c>, <c>decide</c>, <c>author</c>.</summary>
public enum StoryRole
{
    Look,
    Comment,
    Decide,
    Author,
}

/// <summary>Who acts in a story, and what they may do in it. Found anew for every request, and for that story alone.</summary>
/// <param name="Id">Stays the same for the same person: an account's id, or a guest's.</param>
/// <param name="Name">What others read beside what they did.</param>
/// <param name="Role">What they may do.</param>
public sealed record Actor(string Id, string Name, StoryRole Role)
{
    /// <summary>Whoever sits at the machine itself, where nobody is asked to sign in.</summary>
    public static Actor Local { get; } = new("local", "Author", StoryRole.Author);

    public bool May(StoryRole role) => Role >= role;

    /// <summary>Throws <see cref="ForbiddenException"/> where they may not.</summary>
    public void Require(StoryRole role)
    {
        if (!May(role))
        {
            throw new ForbiddenException("role_missing", role switch
            {
                StoryRole.Comment => "This link is for looking only. Ask the author for one that takes comments.",
                StoryRole.Decide => "This link does not let you decide. Ask the author for one that does.",
                _ => "Only the story’s author may do that.",
            });
        }
    }
}
