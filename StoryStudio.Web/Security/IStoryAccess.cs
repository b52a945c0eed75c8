using StoryStudio.Core;
using StoryStudio.Core.Access;

namespace StoryStudio.Web.Security;

/// <summary>Who is behind a request, story by story.</summary>
public interface IStoryAccess
{
    /// <summary>Who asks and what they may do in that story; null where they have no business there, whether or not there is such a story.</summary>
    ValueTask<Actor?> FindAsync(HttpContext context, string storyId);
}

public static class StoryAccessExtensions
{
    /// <summary>As <see cref="IStoryAccess.FindAsync"/>; whoever has no business in the story is told that there is none.</summary>
    /// <exception cref="NotFoundException"/>
    public static async ValueTask<Actor> RequireAsync(this IStoryAccess access, HttpContext context, string storyId) =>
        await access.FindAsync(context, storyId) ?? throw new NotFoundException("story", "There is no such story.");
}
