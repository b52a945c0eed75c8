using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>The author whose page this is, while it is rendered and on its circuit: only authors have circuits.</summary>
public sealed class CurrentAuthor
{
    public ValueTask<Actor> GetAsync() => new(Actor.Local);
}
