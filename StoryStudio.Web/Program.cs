using StoryStudio.Web;

var app = StoryStudioHost.Build(args);
await app.RunAsync();
