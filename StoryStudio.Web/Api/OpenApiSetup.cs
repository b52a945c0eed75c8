using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using StoryStudio.Core.Generation;
using StoryStudio.Web.Live;

namespace StoryStudio.Web.Api;

/// <summary>The API's own description at <c>/openapi/v1.json</c>, and in Development a page to browse it at <c>/openapi</c>.</summary>
internal static class OpenApiSetup
{
    private static readonly string[] Pixels = ["image/png", "image/jpeg", "image/webp"];

    public static IServiceCollection AddStoryStudioOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", openApi =>
    {
        openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        openApi.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "StoryStudio",
                Version = "v1",
                Description = "A story goes in, an illustrated story comes out. Errors are application/problem+json with a stable code.",
            };
            // Whoever reads this knows the address it came from; a recorded one would be wrong behind a proxy.
            document.Servers?.Clear();

            // At the machine itself nobody is asked: either way will do.
            document.AddComponent("bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token for programs, made on /people. Asked for where others can reach the server." });
            document.Security = [new(), new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
        openApi.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset))
            {
                var nullable = type != context.JsonTypeInfo.Type;
                schema.Type = nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
                schema.Format = "date-time";
            }

            if (type == typeof(RunDetails) || type == typeof(QueuedRun) || type == typeof(QueuedImage) || type == typeof(ImageDetails) || type == typeof(CreatedStory) || type == typeof(StoryFromFile) || type == typeof(StudioFigures))
            {
                // Their fields come from two types, of which the framework asks only one what is always there: everything is.
                schema.Required = schema.Properties?.Keys.ToHashSet(StringComparer.Ordinal);
            }

            return Task.CompletedTask;
        });
    });

    public static void MapStoryStudioOpenApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        if (endpoints is WebApplication app && app.Environment.IsDevelopment())
        {
            app.UseSwaggerUI(ui =>
            {
                ui.RoutePrefix = "openapi";
                ui.DocumentTitle = "StoryStudio API";
                ui.SwaggerEndpoint("v1.json", "StoryStudio");
            });
        }
    }

    /// <summary>Says in the description what body the endpoint reads; the reading itself is JsonBody's.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, bool optional = false) =>
        endpoint.AddOpenApiOperationTransformer(async (operation, context, cancelled) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(T), null, cancelled);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !optional,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [MediaTypeNames.Application.Json] = new() { Schema = schema },
                },
            };
        });

    /// <summary>Says in the description that a stream goes on after an event that the client has.</summary>
    public static RouteHandlerBuilder GoesOn(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "Last-Event-ID",
                In = ParameterLocation.Header,
                Description = "The id of the last event that came: what was missed since comes first.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });

    /// <summary>Says in the description that the body is a picture.</summary>
    public static RouteHandlerBuilder TakesPicture(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Pixels.ToDictionary(
                    type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } }, StringComparer.Ordinal),
            };
            return Task.CompletedTask;
        });

    /// <summary>Says in the description that the body is a file, by itself or in a form.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [MediaTypeNames.Application.Octet] = new() { Schema = Binary() },
                    ["multipart/form-data"] = new()
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["file"] = Binary() } },
                    },
                },
            };
            return Task.CompletedTask;

            static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
        });

    /// <summary>The problems that an endpoint may answer with.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<Problem>(status, Problem.MediaType);
        }

        return endpoint;
    }

    /// <summary>The two query values of a list.</summary>
    public static RouteHandlerBuilder TakesPage(this RouteHandlerBuilder endpoint, int maxPage, int defaultSize, int maxSize) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters =
            [
                Whole("page", "Counts from 1.", 1, maxPage),
                Whole("pageSize", "Stories on a page.", defaultSize, maxSize),
            ];
            return Task.CompletedTask;
        });

    /// <summary>The query value of a window of days.</summary>
    public static RouteHandlerBuilder TakesDays(this RouteHandlerBuilder endpoint, int usual, int most) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters = [Whole("days", "Days in UTC, the present one included.", usual, most)];
            return Task.CompletedTask;
        });

    private static OpenApiParameter Whole(string name, string description, int usual, int highest) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{highest}", Default = JsonValue.Create(usual) },
    };
}
