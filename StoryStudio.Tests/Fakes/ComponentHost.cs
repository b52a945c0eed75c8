#pragma warning disable BL0006 // The frames of a render tree are the only way to a component's event handlers outside a browser.
using System.Globalization;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace StoryStudio.Tests.Fakes;

/// <summary>Renders a component as a circuit would, with its events and its later renders, and gives its markup as a document.</summary>
internal sealed class ComponentHost : IDisposable
{
    private readonly Circuit _circuit;

    private ComponentHost(IServiceProvider services) => _circuit = new(services);

    /// <summary>The type of every component that rendered, once for each time.</summary>
    public IReadOnlyList<Type> Renders => _circuit.Renders;

    public static ComponentHost With(TimeProvider clock, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection().AddSingleton(clock).AddLogging();
        add?.Invoke(services);
        return new(services.BuildServiceProvider());
    }

    /// <summary>Renders the component; again with other parameters where it stands already.</summary>
    public Task<IElement> RenderAsync<TComponent>(params IEnumerable<(string Name, object? Value)> parameters)
        where TComponent : IComponent => _circuit.RenderAsync<TComponent>(parameters);

    public Task<IElement> MarkupAsync() => _circuit.MarkupAsync();

    /// <summary>How many frames a circuit keeps for each component of that type that stands; its memory grows with their number, in powers of two from 32.</summary>
    public Task<IReadOnlyList<int>> FramesAsync(Type component) => _circuit.FramesAsync(component);

    /// <summary>Raises <paramref name="name"/> (<c>onclick</c>) on the first element that fits the selector, and gives the markup afterwards.</summary>
    public Task<IElement> RaiseAsync(string selector, string name, EventArgs? args = null) => _circuit.RaiseAsync(selector, name, args);

    /// <summary>Does something while nothing can be rendered.</summary>
    public Task WithTurnAsync(Action work) => _circuit.Dispatcher.InvokeAsync(work);

    public void Dispose() => _circuit.Dispose();

    private sealed class Circuit(IServiceProvider services) : Renderer(services, NullLoggerFactory.Instance)
    {
        private static readonly HashSet<string> Void = new(["img", "input", "br", "hr", "path", "circle", "rect", "link"], StringComparer.Ordinal);
        private readonly Dictionary<int, Type> _types = [];
        private readonly List<Type> _renders = [];
        private int _root = -1;
        private Exception? _fault;

        public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

        public IReadOnlyList<Type> Renders => _renders;

        protected override RendererInfo RendererInfo { get; } = new("Test", isInteractive: true);

        public Task<IElement> RenderAsync<TComponent>(params IEnumerable<(string Name, object? Value)> parameters)
            where TComponent : IComponent => Dispatcher.InvokeAsync(async () =>
        {
            if (_root < 0)
            {
                _root = AssignRootComponentId(InstantiateComponent(typeof(TComponent)));
            }

            await RenderRootComponentAsync(_root, ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)));
            return Document();
        });

        public Task<IElement> MarkupAsync() => Dispatcher.InvokeAsync(Document);

        public Task<IReadOnlyList<int>> FramesAsync(Type component) =>
            Dispatcher.InvokeAsync<IReadOnlyList<int>>(() => [.. _types.Where(t => t.Value == component).Select(t => GetCurrentRenderTreeFrames(t.Key).Count)]);

        public Task<IElement> RaiseAsync(string selector, string name, EventArgs? args = null) => Dispatcher.InvokeAsync(async () =>
        {
            var element = Document().QuerySelector(selector) ?? throw new InvalidOperationException($"Nothing fits {selector}.");
            var handler = element.GetAttribute($"blazor:{name}") ?? throw new InvalidOperationException($"{selector} does not listen to {name}.");
            await DispatchEventAsync(ulong.Parse(handler, CultureInfo.InvariantCulture), null, args ?? new MouseEventArgs());
            return Document();
        });

        protected override Task UpdateDisplayAsync(in RenderBatch renderBatch)
        {
            for (var i = 0; i < renderBatch.UpdatedComponents.Count; i++)
            {
                _renders.Add(_types.GetValueOrDefault(renderBatch.UpdatedComponents.Array[i].ComponentId, typeof(object)));
            }

            return Task.CompletedTask;
        }

        protected override void HandleException(Exception exception) => _fault = exception;

        protected override Microsoft.AspNetCore.Components.Rendering.ComponentState CreateComponentState(
            int componentId, IComponent component, Microsoft.AspNetCore.Components.Rendering.ComponentState? parentComponentState)
        {
            _types[componentId] = component.GetType();
            return base.CreateComponentState(componentId, component, parentComponentState);
        }

        private IElement Document()
        {
            if (_fault is not null)
            {
                ExceptionDispatchInfo.Throw(_fault);
            }

            var html = new StringBuilder();
            WriteComponent(html, _root);
            return new HtmlParser().ParseDocument(html.ToString()).Body!;
        }

        private void WriteComponent(StringBuilder html, int componentId)
        {
            var frames = GetCurrentRenderTreeFrames(componentId);
            Write(html, frames.Array, 0, frames.Count);
        }

        private void Write(StringBuilder html, RenderTreeFrame[] frames, int from, int to)
        {
            for (var i = from; i < to;)
            {
                ref var frame = ref frames[i];
                switch (frame.FrameType)
                {
                    case RenderTreeFrameType.Element:
                        WriteElement(html, frames, i);
                        i += frame.ElementSubtreeLength;
                        break;
                    case RenderTreeFrameType.Component:
                        WriteComponent(html, frame.ComponentId);
                        i += frame.ComponentSubtreeLength;
                        break;
                    case RenderTreeFrameType.Text:
                        html.Append(WebUtility.HtmlEncode(frame.TextContent));
                        i++;
                        break;
                    case RenderTreeFrameType.Markup:
                        html.Append(frame.MarkupContent);
                        i++;
                        break;
                    default:
                        i++;
                        break;
                }
            }
        }

        private void WriteElement(StringBuilder html, RenderTreeFrame[] frames, int at)
        {
            var (name, end) = (frames[at].ElementName, at + frames[at].ElementSubtreeLength);
            html.Append('<').Append(name);
            var i = at + 1;
            for (; i < end && frames[i].FrameType is RenderTreeFrameType.Attribute; i++)
            {
                ref var attribute = ref frames[i];
                if (attribute.AttributeEventHandlerId > 0)
                {
                    html.Append($" blazor:{attribute.AttributeName}=\"{attribute.AttributeEventHandlerId}\"");
                }
                else if (attribute.AttributeValue is not (null or false))
                {
                    var value = attribute.AttributeValue is true ? "" : attribute.AttributeValue.ToString();
                    html.Append($" {attribute.AttributeName}=\"{WebUtility.HtmlEncode(value)}\"");
                }
            }

            html.Append('>');
            Write(html, frames, i, end);
            if (!Void.Contains(name))
            {
                html.Append($"</{name}>");
            }
        }
    }
}
