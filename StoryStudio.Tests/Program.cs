using StoryStudio.Tests.Bench;

// The test runner loads the assembly and never comes here; `dotnet run -c Release --project StoryStudio.Tests -- bench NAME` does.
return await Benchmarks.RunAsync(args);
