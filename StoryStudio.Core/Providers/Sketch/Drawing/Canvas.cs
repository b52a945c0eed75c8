using System.Globalization;

namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>How far away something is.</summary>
internal enum Depth
{
    Far,
    Middle,
    Near,
    Front,
}

/// <summary>
/// Draws shapes in a medium: the same call gives a flat shape, an inked outline or a sheet of cut paper.
/// A canvas has its own origin and scale; <see cref="At"/> gives one for a thing that stands elsewhere.
/// </summary>
internal sealed class Canvas
{
    /// <summary>Smaller shapes are left out of a rough preview.</summary>
    private const double RoughSize = 90;

    private readonly SvgWriter _svg;
    private readonly double _x;
    private readonly double _y;
    private readonly double _scale;
    private readonly bool _flip;
    private readonly bool _rough;

    /// <summary>The hand that cuts paper: its slips are dice as well.</summary>
    private readonly Dice _hand;

    public Canvas(SvgWriter svg, Medium medium, Palette palette, Dice hand, bool rough)
        : this(svg, medium, palette, hand, rough, 0, 0, 1, flip: false, Depth.Middle)
    {
    }

    private Canvas(SvgWriter svg, Medium medium, Palette palette, Dice hand, bool rough, double x, double y, double scale, bool flip, Depth depth)
    {
        (_svg, Medium, Palette, _hand, _rough) = (svg, medium, palette, hand, rough);
        (_x, _y, _scale, _flip, Depth) = (x, y, scale, flip, depth);
    }

    public Medium Medium { get; }

    public Palette Palette { get; }

    public Depth Depth { get; }

    public bool IsFlat => Medium is Medium.Flat;

    public bool IsLine => Medium is Medium.Line;

    public bool IsPaper => Medium is Medium.Paper;

    public Canvas At(double x, double y, double scale = 1, bool flip = false) =>
        new(_svg, Medium, Palette, _hand, _rough, X(x), Y(y), _scale * scale, _flip ^ flip, Depth);

    public Canvas In(Depth depth) => new(_svg, Medium, Palette, _hand, _rough, _x, _y, _scale, _flip, depth);

    /// <summary>What is drawn inside belongs together: in cut paper it throws one soft shadow.</summary>
    public void Group(Action draw)
    {
        if (!IsPaper || _rough)
        {
            draw();
            return;
        }

        var spread = Depth is Depth.Far ? 4 : Depth is Depth.Middle ? 5 : 7;
        var shadow = _svg.Define(
            "<filter id=\"$id\" x=\"-10%\" y=\"-10%\" width=\"125%\" height=\"130%\"><feDropShadow dx=\"" + (spread - 1).ToString(CultureInfo.InvariantCulture)
            + "\" dy=\"" + spread.ToString(CultureInfo.InvariantCulture) + "\" stdDeviation=\"" + spread.ToString(CultureInfo.InvariantCulture)
            + "\" flood-color=\"#14121f\" flood-opacity=\".34\"/></filter>");
        _svg.Raw("<g").Attribute("filter", shadow).Raw(">");
        draw();
        _svg.Raw("</g>");
    }

    public void Poly(Paint paint, params ReadOnlySpan<double> points) => Closed(paint, points, smooth: false);

    /// <summary>A closed soft curve through the points.</summary>
    public void Blob(Paint paint, params ReadOnlySpan<double> points) => Closed(paint, points, smooth: !IsPaper || points.Length < 12);

    public void Rect(Paint paint, double x, double y, double width, double height) =>
        Poly(paint, x, y, x + width, y, x + width, y + height, x, y + height);

    public void Circle(Paint paint, double x, double y, double radius) => Ellipse(paint, x, y, radius, radius);

    public void Ellipse(Paint paint, double x, double y, double radiusX, double radiusY)
    {
        var largest = Math.Max(radiusX, radiusY) * _scale;
        if (IsPaper && largest > 9 && paint.Finish is not Finish.Shade)
        {
            var corners = Math.Clamp((int)(largest / 3), 9, 18);
            Span<double> points = stackalloc double[corners * 2];
            var turn = _hand.Between(0, 1);
            for (var i = 0; i < corners; i++)
            {
                var angle = (i + turn) * Math.Tau / corners;
                points[i * 2] = x + (radiusX * Math.Cos(angle));
                points[(i * 2) + 1] = y + (radiusY * Math.Sin(angle));
            }

            Closed(paint, points, smooth: false);
            return;
        }

        if (Skips(paint, largest * 2))
        {
            return;
        }

        _svg.Raw("<ellipse").Attribute("cx", X(x)).Attribute("cy", Y(y)).Attribute("rx", radiusX * _scale).Attribute("ry", radiusY * _scale);
        _svg.Raw(Fill(paint, largest)).Raw("/>");
    }

    /// <summary>A thin line: ink in line art.</summary>
    public void Line(Paint paint, double width, params ReadOnlySpan<double> points)
    {
        var ink = IsLine && paint.Finish is not Finish.Lamp and not Finish.Accent;
        Stroke(ink ? InkColour : Colour(paint.Top, paint.Finish), ink ? Math.Min(width * _scale, InkWidth) : width * _scale, paint.Opacity, points, smooth: true);
    }

    /// <summary>A limb, a rope, a trunk: a thick line with round ends, outlined in line art.</summary>
    public void Limb(Paint paint, double width, params ReadOnlySpan<double> points)
    {
        if (IsLine && paint.Finish is not Finish.Bare)
        {
            Stroke(InkColour, (width * _scale) + (InkWidth * 1.7), 1, points, smooth: true);
        }

        Stroke(Colour(paint.Top, paint.Finish), width * _scale, paint.Opacity, points, smooth: true);
    }

    /// <summary>A dot: a star, a flake of snow. Many of one size cost little.</summary>
    public void Dot(Paint paint, double x, double y, double radius) =>
        Stroke(Colour(paint.Top, paint.Finish), Math.Max(1, Math.Round(radius * _scale)) * 2, paint.Opacity, [x, y, x, y + 0.1], smooth: false);

    /// <summary>Light around a lamp or the moon.</summary>
    public void Glow(Rgb colour, double x, double y, double radius, double opacity)
    {
        if (_rough)
        {
            return;
        }

        if (IsPaper)
        {
            // Paper does not glow: a lighter disc stands for the light.
            _svg.Raw("<ellipse").Attribute("cx", X(x)).Attribute("cy", Y(y)).Attribute("rx", Math.Min(radius * _scale * 0.7, 120)).Attribute("ry", Math.Min(radius * _scale * 0.7, 120))
                .Attribute("fill", colour.ToString()).Raw(SvgWriter.Opacity(opacity * 0.35)).Raw("/>");
            return;
        }

        var share = IsLine ? 0.6 : 1;
        var fill = _svg.Define($"<radialGradient id=\"$id\"><stop offset=\"0\" stop-color=\"{colour}\"/><stop offset=\".4\" stop-color=\"{colour}\" stop-opacity=\".35\"/><stop offset=\"1\" stop-color=\"{colour}\" stop-opacity=\"0\"/></radialGradient>");
        _svg.Raw("<ellipse").Attribute("cx", X(x)).Attribute("cy", Y(y)).Attribute("rx", radius * _scale).Attribute("ry", radius * _scale)
            .Attribute("fill", fill).Raw(SvgWriter.Opacity(opacity * share)).Raw("/>");
    }

    /// <summary>A plane over the whole width with up to three colours from top to bottom.</summary>
    public void Backdrop(Rgb top, Rgb middle, Rgb low, double y, double height)
    {
        var fill = Medium switch
        {
            Medium.Flat => Gradient(top, middle, low),
            Medium.Line => Gradient(Pale(top), Pale(middle), Rgb.White),
            _ => Palette.Sheet(middle).ToString(),
        };
        _svg.Raw("<rect").Attribute("x", X(0)).Attribute("y", Y(y)).Attribute("width", SvgWriter.Width).Attribute("height", height).Attribute("fill", fill).Raw("/>");
    }

    /// <summary>Everything inside is a first impression: soft and without detail.</summary>
    public void Blurred(Action draw)
    {
        var blur = _svg.Define("<filter id=\"$id\"><feGaussianBlur stdDeviation=\"14\"/></filter>");
        _svg.Raw("<g").Attribute("filter", blur).Raw(">");
        draw();
        _svg.Raw("</g>");
    }

    private void Closed(Paint paint, ReadOnlySpan<double> points, bool smooth)
    {
        Span<double> cut = points.Length <= 128 ? stackalloc double[points.Length] : new double[points.Length];
        double left = double.MaxValue, right = double.MinValue, top = double.MaxValue, bottom = double.MinValue;
        for (var i = 0; i < points.Length; i += 2)
        {
            var (x, y) = (X(points[i]), Y(points[i + 1]));
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
            (cut[i], cut[i + 1]) = (x, y);
        }

        var size = Math.Min(right - left, bottom - top);
        if (Skips(paint, Math.Max(right - left, bottom - top)))
        {
            return;
        }

        if (IsPaper && paint.Finish is not Finish.Shade)
        {
            var slip = Math.Clamp(size * 0.022, 0, 3.2);
            for (var i = 0; i < cut.Length; i++)
            {
                cut[i] += _hand.Between(-slip, slip);
            }
        }

        Orient(cut);
        if (IsPaper && size is > 18 and < 300 && paint.Finish is Finish.Plain or Finish.Accent && !_rough)
        {
            _svg.BeginPath(" fill=\"#14121f\" opacity=\".2\" transform=\"translate(2 3)\"", mayJoin: false);
            Path(cut, smooth, closed: true, size);
            _svg.EndPath(mayJoin: false);
        }

        // Opaque shapes of one colour may share an element; outlines must stay apart, for the later one hides the earlier.
        var mayJoin = paint.Opacity >= 1 && !HasOutline(paint.Finish);
        _svg.BeginPath(Fill(paint, size), mayJoin);
        Path(cut, smooth, closed: true, size);
        _svg.EndPath(mayJoin);
    }

    /// <summary>Turns every outline the same way round, so that shapes that share an element never cut holes into each other.</summary>
    private static void Orient(Span<double> points)
    {
        var area = 0.0;
        for (var i = 0; i < points.Length; i += 2)
        {
            var next = (i + 2) % points.Length;
            area += (points[i] * points[next + 1]) - (points[next] * points[i + 1]);
        }

        if (area < 0)
        {
            points.Reverse();
            for (var i = 0; i < points.Length; i += 2)
            {
                (points[i], points[i + 1]) = (points[i + 1], points[i]);
            }
        }
    }

    private void Stroke(Rgb colour, double width, double opacity, ReadOnlySpan<double> points, bool smooth)
    {
        if (points.Length < 4 || _rough)
        {
            return;
        }

        Span<double> placed = points.Length <= 128 ? stackalloc double[points.Length] : new double[points.Length];
        for (var i = 0; i < points.Length; i += 2)
        {
            (placed[i], placed[i + 1]) = (X(points[i]), Y(points[i + 1]));
        }

        var attributes = $" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{SvgWriter.Text(Math.Max(0.6, width))}\"{SvgWriter.Opacity(opacity)}";
        _svg.BeginPath(attributes, mayJoin: true);
        Path(placed, smooth, closed: false, size: width < 5 ? 30 : 100);
        _svg.EndPath(mayJoin: true);
    }

    /// <summary>Straight lines, or a Catmull-Rom curve written as cubic ones; relative, and as exact as the size asks.</summary>
    private void Path(ReadOnlySpan<double> p, bool smooth, bool closed, double size)
    {
        var grid = size < 34 ? 10 : 1;
        var count = p.Length / 2;
        var (x, y) = (Snap(p[0], grid), Snap(p[1], grid));
        _svg.Raw("M").Number(x).Raw(" ").Number(y);
        if (!smooth || count < 3)
        {
            _svg.Raw("l");
            for (var i = 1; i < count; i++)
            {
                var (nextX, nextY) = (Snap(p[i * 2], grid), Snap(p[(i * 2) + 1], grid));
                Pair(nextX - x, nextY - y);
                (x, y) = (nextX, nextY);
            }
        }
        else
        {
            _svg.Raw("c");
            var last = closed ? count : count - 1;
            for (var i = 0; i < last; i++)
            {
                var (before, from, to, after) = closed
                    ? ((i + count - 1) % count, i, (i + 1) % count, (i + 2) % count)
                    : (Math.Max(i - 1, 0), i, i + 1, Math.Min(i + 2, count - 1));
                Pair(Snap(p[from * 2] + ((p[to * 2] - p[before * 2]) / 6), grid) - x, Snap(p[(from * 2) + 1] + ((p[(to * 2) + 1] - p[(before * 2) + 1]) / 6), grid) - y);
                Pair(Snap(p[to * 2] - ((p[after * 2] - p[from * 2]) / 6), grid) - x, Snap(p[(to * 2) + 1] - ((p[(after * 2) + 1] - p[(from * 2) + 1]) / 6), grid) - y);
                var (nextX, nextY) = (Snap(p[to * 2], grid), Snap(p[(to * 2) + 1], grid));
                Pair(nextX - x, nextY - y);
                (x, y) = (nextX, nextY);
            }
        }

        if (closed)
        {
            _svg.Raw("z");
        }
    }

    private static double Snap(double value, int grid) => Math.Round(value * grid) / grid;

    private void Pair(double x, double y)
    {
        _svg.Coordinate(x);
        _svg.Coordinate(y);
    }

    private bool Skips(Paint paint, double size) => (paint.Finish is Finish.Shade && (!IsFlat || Depth is Depth.Far || size < 44)) || (_rough && size < RoughSize);

    /// <summary>The attributes of a filled shape.</summary>
    private string Fill(Paint paint, double size)
    {
        var fill = IsFlat && paint.Top != paint.Bottom
            ? Gradient(Colour(paint.Top, paint.Finish), Colour(paint.Bottom, paint.Finish))
            : Colour(paint.Top, paint.Finish).ToString();
        var outline = HasOutline(paint.Finish) ? $" stroke=\"{InkColour}\" stroke-width=\"{SvgWriter.Text(Math.Min(InkWidth, 0.7 + (size * 0.1)))}\"" : "";
        return $" fill=\"{fill}\"{SvgWriter.Opacity(paint.Opacity)}{outline}";
    }

    private bool HasOutline(Finish finish) => IsLine && finish is Finish.Plain or Finish.Accent or Finish.Lamp;

    private Rgb Colour(Rgb colour, Finish finish) => (Medium, finish) switch
    {
        (_, Finish.Shade) => colour,
        (Medium.Line, Finish.Plain) => Rgb.White.Mix(colour, 0.05),
        (Medium.Line, Finish.Wash) => Pale(Palette.Lit(colour, 1)),
        (Medium.Line, Finish.Accent) => colour.Lighter(0.1),
        (Medium.Line, _) => colour,
        (_, Finish.Lamp) => colour,
        (Medium.Paper, Finish.Accent or Finish.Bare) => Palette.Lit(colour.Mix(Rgb.Of(0xF3E6C6), 0.1), 0.3),
        (Medium.Paper, _) => Palette.Sheet(Hazed(Palette.Lit(colour, 0.9))),
        (_, Finish.Accent or Finish.Bare) => Hazed(Palette.Lit(colour, 0.36)),
        _ => Hazed(Palette.Lit(colour, 0.9)),
    };

    private Rgb Hazed(Rgb colour) => Depth is Depth.Far ? colour.Mix(Palette.Haze, 0.4) : Depth is Depth.Middle ? colour.Mix(Palette.Haze, 0.14) : colour;

    private Rgb InkColour => Depth switch
    {
        Depth.Far => Palette.Ink.Lighter(0.55),
        Depth.Middle => Palette.Ink.Lighter(0.25),
        _ => Palette.Ink,
    };

    private double InkWidth => Depth switch { Depth.Far => 1.7, Depth.Middle => 2.2, Depth.Near => 2.8, _ => 3.2 };

    private static Rgb Pale(Rgb colour) => Rgb.White.Mix(colour, 0.2);

    private string Gradient(Rgb top, Rgb bottom) =>
        _svg.Define($"<linearGradient id=\"$id\" x2=\"0\" y2=\"1\"><stop stop-color=\"{top}\"/><stop offset=\"1\" stop-color=\"{bottom}\"/></linearGradient>");

    private string Gradient(Rgb top, Rgb middle, Rgb bottom) =>
        _svg.Define($"<linearGradient id=\"$id\" x2=\"0\" y2=\"1\"><stop stop-color=\"{top}\"/><stop offset=\".5\" stop-color=\"{middle}\"/><stop offset=\"1\" stop-color=\"{bottom}\"/></linearGradient>");

    private double X(double x) => _x + (x * _scale * (_flip ? -1 : 1));

    private double Y(double y) => _y + (y * _scale);
}
