namespace StoryStudio.Core.Providers.Sketch.Drawing;

/// <summary>Houses and landmarks. The origin is the middle of the foot; after dark somebody is at home.</summary>
internal static class Buildings
{
    private static readonly Rgb[] Walls = [Rgb.Of(0xF3E4CB), Rgb.Of(0xE9C9A5), Rgb.Of(0xD9E0DA), Rgb.Of(0xE8B9A0), Rgb.Of(0xCBD8DD), Rgb.Of(0xF0D9A8)];
    private static readonly Rgb[] Roofs = [Rgb.Of(0xB9523F), Rgb.Of(0x8C4A44), Rgb.Of(0x5A6F86), Rgb.Of(0xC9773F), Rgb.Of(0x6B5A6E)];
    private static readonly Rgb Wood = Rgb.Of(0x7A5238);
    private static readonly Rgb Stone = Rgb.Of(0xA9A69F);

    private static Paint Window(Canvas canvas, bool lit) =>
        lit ? Palette.LampLight.Lamp : canvas.IsLine ? Rgb.Of(0xDCE8EC).Accent : Rgb.Of(0x6C8796);

    /// <summary>A cottage, some 150 wide and 170 high.</summary>
    public static void House(Canvas canvas, Dice dice, bool dark, bool snowy)
    {
        var wall = dice.Pick<Rgb>(Walls);
        var roof = dice.Pick<Rgb>(Roofs);
        var chimney = dice.Chance(0.6);
        var width = dice.Between(62, 78);
        canvas.Group(() =>
        {
            if (chimney)
            {
                canvas.Rect(roof.Darker(0.2), 26, -178, 20, 46);
                Smoke(canvas, 36, -184);
            }

            canvas.Poly(wall.To(wall.Darker(0.1)), -width, 2, -width, -88, 0, -150, width, -88, width, 2);
            canvas.Poly(Paint.Shadow(0.09), width * 0.35, 2, width * 0.35, -116, width, -88, width, 2);
            canvas.Poly(roof.Accent, -width - 14, -82, 0, -168, width + 14, -82, width + 6, -72, 0, -146, -width - 6, -72);
            if (snowy)
            {
                canvas.Poly(Land.Snow, -width - 16, -84, 0, -174, width + 16, -84, width + 4, -88, 0, -158, -width - 4, -88);
            }

            canvas.Poly(Wood, -16, 2, -16, -46, -8, -54, 8, -54, 16, -46, 16, 2);
            canvas.Circle(Rgb.Of(0xE8C25A).Bare, 9, -24, 2.6);
            Pane(canvas, -46, -56, 24, 28, dark);
            Pane(canvas, 24, -56, 24, 28, dark);
            canvas.Circle(Window(canvas, dark), 0, -98, 11);
        });
        if (dark)
        {
            canvas.Glow(Palette.LampLight, -34, -42, 60, 0.35);
            canvas.Glow(Palette.LampLight, 36, -42, 60, 0.35);
        }
    }

    private static void Pane(Canvas canvas, double x, double y, double width, double height, bool lit)
    {
        canvas.Rect(Window(canvas, lit), x, y, width, height);
        Bars(canvas, x, y, width, height);
    }

    private static void Bars(Canvas canvas, double x, double y, double width, double height)
    {
        canvas.Line(Rgb.White.Bare.Fade(0.85), 2.4, x + (width / 2), y + 1, x + (width / 2), y + height - 1);
        canvas.Line(Rgb.White.Bare.Fade(0.85), 2.4, x + 1, y + (height / 2), x + width - 1, y + (height / 2));
    }

    public static void Smoke(Canvas canvas, double x, double y)
    {
        var smoke = Rgb.White.Bare.Fade(canvas.IsLine ? 0 : 0.45);
        if (canvas.IsLine)
        {
            canvas.Line(Palette.Ink, 2, x, y, x + 10, y - 16, x + 2, y - 32, x + 16, y - 50, x + 12, y - 62);
            return;
        }

        canvas.Circle(smoke, x + 2, y - 8, 8);
        canvas.Circle(smoke, x + 9, y - 26, 11);
        canvas.Circle(smoke.Fade(0.3), x + 20, y - 48, 14);
    }

    /// <summary>A tall narrow house of a town.</summary>
    public static void TownHouse(Canvas canvas, Dice dice, double width, double height, bool dark, bool snowy)
    {
        var wall = dice.Pick<Rgb>(Walls).Mix(dice.Pick<Rgb>(Roofs), 0.18);
        var roof = dice.Pick<Rgb>(Roofs);
        var stepped = dice.Chance(0.35);
        canvas.Group(() =>
        {
            var half = width / 2;
            canvas.Rect(wall.To(wall.Darker(0.14)), -half, -height, width, height + 6);
            if (stepped)
            {
                canvas.Poly(roof.Accent, -half, -height, -half, -height - 22, -half * 0.66, -height - 22, -half * 0.66, -height - 46, -half * 0.3, -height - 46, -half * 0.3, -height - 68, half * 0.3, -height - 68, half * 0.3, -height - 46, half * 0.66, -height - 46, half * 0.66, -height - 22, half, -height - 22, half, -height);
            }
            else
            {
                canvas.Poly(roof.Accent, -half - 8, -height + 4, 0, -height - (width * 0.62), half + 8, -height + 4);
            }

            if (snowy)
            {
                canvas.Poly(Land.Snow, -half - 9, -height - 2, 0, -height - (width * 0.68), half + 9, -height - 2, half - 10, -height - 6, 0, -height - (width * 0.48), -half + 10, -height - 6);
            }

            var rows = Math.Max(1, (int)((height - 50) / 56));
            for (var row = 0; row < rows; row++)
            {
                foreach (var side in stackalloc[] { -1, 1 })
                {
                    canvas.Rect(Window(canvas, dark && dice.Chance(0.65)), (side * half * 0.5) - 11, -height + 18 + (row * 56), 22, 30);
                }
            }

            for (var row = 0; row < rows; row++)
            {
                foreach (var x in stackalloc[] { -half * 0.5, half * 0.5 })
                {
                    Bars(canvas, x - 11, -height + 18 + (row * 56), 22, 30);
                }
            }

            canvas.Poly(Wood, -13, 4, -13, -38, 13, -38, 13, 4);
        });
    }

    /// <summary>A lighthouse, some 330 high.</summary>
    public static void Lighthouse(Canvas canvas, bool dark, bool misty)
    {
        if (dark || misty)
        {
            var beam = new Paint(Palette.LampLight, Palette.LampLight, Finish.Lamp, canvas.IsLine ? 0.35 : 0.28).As(Finish.Bare);
            canvas.Poly(beam, 0, -300, -560, -400, -560, -270);
            canvas.Poly(beam, 0, -300, 420, -380, 420, -270);
        }

        canvas.Group(() =>
        {
            var white = Rgb.Of(0xF8F2E6);
            var red = Rgb.Of(0xC94A3D);
            canvas.Poly(white.To(white.Darker(0.12)), -46, 4, -27, -262, 27, -262, 46, 4);
            foreach (var (low, high) in stackalloc[] { (-40.0, -96.0), (-152.0, -208.0) })
            {
                var (a, b) = (46 + (low * 19 / 266), 46 + (high * 19 / 266));
                canvas.Poly(red.Accent, -a, low, -b, high, b, high, a, low);
            }

            canvas.Poly(Paint.Shadow(0.12), 14, 4, 10, -262, 27, -262, 46, 4);
            canvas.Rect(red.Darker(0.25).Accent, -36, -274, 72, 14);
            canvas.Rect((dark || misty ? Palette.LampLight : Rgb.Of(0xBFD9DF)).Lamp, -20, -320, 40, 46);
            canvas.Line(Palette.Ink.Bare, 3, -7, -320, -7, -274);
            canvas.Line(Palette.Ink.Bare, 3, 7, -320, 7, -274);
            canvas.Blob(red.Accent, -27, -318, -18, -340, 0, -352, 18, -340, 27, -318);
            canvas.Line(Palette.Ink.Bare, 3, 0, -350, 0, -370);
            canvas.Poly(Wood, -13, 4, -13, -30, 0, -40, 13, -30, 13, 4);
            canvas.Rect(Window(canvas, dark), -7, -130, 14, 18);
            canvas.Rect(Window(canvas, dark), -6, -238, 12, 16);
        });
        if (dark || misty)
        {
            canvas.Glow(Palette.LampLight, 0, -298, 110, 0.9);
        }
    }

    /// <summary>A castle, some 300 wide and 300 high.</summary>
    public static void Castle(Canvas canvas, bool dark, bool snowy)
    {
        var stone = Rgb.Of(0xC3BCC4);
        canvas.Group(() =>
        {
            Turret(canvas, -62, 250, 26, stone.Darker(0.1), dark, snowy);
            Turret(canvas, 66, 225, 24, stone.Darker(0.1), dark, snowy);
            Battlement(canvas, stone, -110, 110, -110);
            Turret(canvas, -124, 186, 32, stone, dark, snowy);
            Turret(canvas, 124, 176, 32, stone, dark, snowy);
            Turret(canvas, 0, 224, 38, stone.Lighter(0.06), dark, snowy);
            canvas.Poly(Wood.Darker(0.1), -24, 4, -24, -44, -14, -62, 0, -68, 14, -62, 24, -44, 24, 4);
            canvas.Line(Wood.Darker(0.4).Bare, 2.5, 0, -64, 0, 2);
        });
    }

    private static void Battlement(Canvas canvas, Rgb stone, double left, double right, double top)
    {
        var points = new List<double> { left, 4, left, top };
        for (var x = left; x < right - 1; x += 22)
        {
            points.AddRange([x, top, x + 11, top, x + 11, top + 12, x + 22, top + 12]);
        }

        points.AddRange([right, top, right, 4]);
        canvas.Poly(canvas.IsFlat ? stone.To(stone.Darker(0.14)) : stone, [.. points]);
    }

    private static void Turret(Canvas canvas, double x, double height, double half, Rgb stone, bool dark, bool snowy)
    {
        var c = canvas.At(x, 0);
        c.Rect(stone.To(stone.Darker(0.12)), -half, -height, half * 2, height + 4);
        c.Rect(Paint.Shadow(0.1), half * 0.3, -height, half * 0.7, height + 4);
        c.Poly(Rgb.Of(0x4F6C9A).Accent, -half - 8, -height + 2, 0, -height - (half * 2.3), half + 8, -height + 2);
        if (snowy)
        {
            c.Poly(Land.Snow, -half * 0.66, -height - (half * 0.72), 0, -height - (half * 2.35), half * 0.66, -height - (half * 0.72), 0, -height - (half * 0.5));
        }

        c.Line(Palette.Ink.Bare, 2.5, 0, -height - (half * 2.2), 0, -height - (half * 2.2) - 26);
        c.Poly(Rgb.Of(0xC94A3D).Accent, 1, -height - (half * 2.2) - 26, 26, -height - (half * 2.2) - 19, 1, -height - (half * 2.2) - 11);
        c.Poly(Window(c, dark), -6, -height + 52, -6, -height + 32, 0, -height + 25, 6, -height + 32, 6, -height + 52);
    }

    public static void Church(Canvas canvas, bool dark, bool snowy) => canvas.Group(() =>
    {
        var wall = Walls[0];
        canvas.Rect(wall.To(wall.Darker(0.1)), -30, -90, 120, 94);
        canvas.Poly(Roofs[1].Accent, -38, -86, -20, -140, 82, -140, 100, -86);
        canvas.Rect(wall.To(wall.Darker(0.1)), -66, -170, 52, 174);
        canvas.Poly(Roofs[1].Accent, -74, -168, -40, -270, -6, -168);
        canvas.Line(Palette.Ink.Bare, 3, -40, -270, -40, -296);
        canvas.Line(Palette.Ink.Bare, 3, -48, -286, -32, -286);
        canvas.Circle(Rgb.Of(0xF6F0E4), -40, -140, 13);
        canvas.Poly(Window(canvas, dark), -46, -60, -46, -86, -40, -94, -34, -86, -34, -60);
        for (var i = 0; i < 3; i++)
        {
            canvas.Poly(Window(canvas, dark), (i * 32) - 2, -28, (i * 32) - 2, -56, (i * 32) + 6, -66, (i * 32) + 14, -56, (i * 32) + 14, -28);
        }

        if (snowy)
        {
            canvas.Poly(Land.Snow, -30, -112, -20, -142, 82, -142, 92, -112);
        }
    });

    public static void Tower(Canvas canvas, bool dark) => canvas.Group(() =>
    {
        canvas.Poly(Stone.To(Stone.Darker(0.14)), -44, 4, -36, -220, 36, -220, 44, 4);
        canvas.Poly(Paint.Shadow(0.12), 12, 4, 10, -220, 36, -220, 44, 4);
        canvas.Poly(Stone.Darker(0.06), -48, -216, -48, -262, -30, -262, -30, -246, -10, -246, -10, -262, 10, -262, 10, -246, 30, -246, 30, -262, 48, -262, 48, -216);
        canvas.Poly(Window(canvas, dark), -8, -150, -8, -176, 0, -184, 8, -176, 8, -150);
        canvas.Poly(Window(canvas, dark), -8, -84, -8, -108, 0, -116, 8, -108, 8, -84);
        canvas.Poly(Wood, -15, 4, -15, -34, 0, -46, 15, -34, 15, 4);
    });

    public static void Mill(Canvas canvas, Dice dice, bool dark)
    {
        var turn = dice.Between(0.2, 1.2);
        canvas.Group(() =>
        {
            canvas.Poly(Walls[0].To(Walls[0].Darker(0.12)), -54, 4, -36, -160, 36, -160, 54, 4);
            canvas.Blob(Roofs[3].Accent, -44, -156, -22, -200, 0, -212, 22, -200, 44, -156);
            canvas.Poly(Wood, -14, 4, -14, -42, 14, -42, 14, 4);
            canvas.Rect(Window(canvas, dark), -10, -110, 20, 24);
        });
        canvas.Group(() =>
        {
            for (var i = 0; i < 4; i++)
            {
                var (sin, cos) = Math.SinCos(turn + (i * Math.PI / 2));
                canvas.Poly(Rgb.Of(0xF1E6D2), Spin(cos, sin, 20, 4), Spin2(cos, sin, 20, 4), Spin(cos, sin, 122, 4), Spin2(cos, sin, 122, 4), Spin(cos, sin, 122, 30), Spin2(cos, sin, 122, 30), Spin(cos, sin, 30, 30), Spin2(cos, sin, 30, 30));
                canvas.Limb(Wood, 5, 0, -172, Spin(cos, sin, 124, 0), Spin2(cos, sin, 124, 0));
            }

            canvas.Circle(Wood.Darker(0.2), 0, -172, 9);
        });

        static double Spin(double cos, double sin, double along, double across) => (cos * along) - (sin * across);
        static double Spin2(double cos, double sin, double along, double across) => -172 + (sin * along) + (cos * across);
    }

    public static void Tent(Canvas canvas, bool dark) => canvas.Group(() =>
    {
        var cloth = Rgb.Of(0xD9894A);
        canvas.Poly(cloth.Accent, -96, 4, 0, -118, 96, 4);
        canvas.Poly((dark ? Palette.LampLight : cloth.Darker(0.35)).Lamp, -26, 4, 0, -84, 26, 4);
        canvas.Line(Palette.Ink.Bare, 3, 0, -118, -6, -132);
        canvas.Line(Palette.Ink.Bare, 3, 0, -118, 7, -132);
    });

    public static void Well(Canvas canvas) => canvas.Group(() =>
    {
        canvas.Limb(Wood, 8, -40, -40, -40, -122);
        canvas.Limb(Wood, 8, 40, -40, 40, -122);
        canvas.Line(Wood.Darker(0.3), 3, 0, -112, 0, -64);
        canvas.Poly(Roofs[0].Accent, -64, -112, 0, -160, 64, -112);
        canvas.Blob(Stone, -52, 2, -54, -50, 54, -50, 52, 2, 0, 8);
        canvas.Line(Stone.Darker(0.25), 2.5, -50, -26, 0, -22, 50, -26);
    });

    /// <summary>An arched bridge of stone, 420 wide; the origin is the middle of its foot.</summary>
    public static void Bridge(Canvas canvas) => canvas.Group(() =>
    {
        canvas.Poly(Stone.To(Stone.Darker(0.16)), -230, 0, -230, -46, -120, -84, 0, -98, 120, -84, 230, -46, 230, 0, 128, 0, 104, -32, 56, -56, 0, -62, -56, -56, -104, -32, -128, 0);
        canvas.Line(Stone.Darker(0.3), 3, -128, -4, -104, -36, -56, -60, 0, -66, 56, -60, 104, -36, 128, -4);
        canvas.Line(Stone.Lighter(0.3), 6, -230, -50, -120, -88, 0, -102, 120, -88, 230, -50);
    });

    /// <summary>A tower block of a city, far off.</summary>
    public static void Block(Canvas skyline, double left, double foot, Dice dice, double width, double height, bool dark)
    {
        var canvas = skyline.At(left, foot);
        var colour = dice.Pick(Rgb.Of(0x8FA3B5), Rgb.Of(0xA3AFBB), Rgb.Of(0x7F94A8));
        canvas.Rect(colour, -width / 2, -height, width, height + 40);
        for (var y = -height + 16; y < -30; y += 26)
        {
            for (var x = (-width / 2) + 10; x < (width / 2) - 12; x += 20)
            {
                if (dice.Chance(dark ? 0.4 : 0.3))
                {
                    canvas.Rect((dark ? Palette.LampLight.Lamp : colour.Lighter(0.3).Bare).As(Finish.Bare).Fade(dark ? 0.9 : 0.6), x, y, 9, 13);
                }
            }
        }
    }
}
