using StoryStudio.Core;
using Xunit;

namespace StoryStudio.Tests;

public sealed class DollarsTests
{
    [Theory]
    [InlineData("0", "$0")]
    [InlineData("0.11", "$0.11")]
    [InlineData("0.1123", "$0.11")]
    [InlineData("0.04", "$0.04")]
    [InlineData("0.0555", "$0.0555")]
    [InlineData("0.005", "$0.0050")]
    [InlineData("0.010049", "$0.01")]
    [InlineData("0.000031", "$0.000031")]
    [InlineData("1", "$1.00")]
    [InlineData("1234.567", "$1,234.57")]
    public void Amount_ThatStandsAlone_HasAsManyDecimalsAsItNeeds(string usd, string written) => Assert.Equal(written, Dollars.Of(Number(usd)));

    [Theory]
    [InlineData("0.0555 0.11", "$0.0555 $0.1100")]
    [InlineData("0.0555 0 1.36", "$0.0555 $0 $1.3600")]
    [InlineData("0.04 0.1123 20", "$0.04 $0.11 $20.00")]
    public void Amounts_ThatStandTogether_HaveTheSameNumberOfDecimals(string amounts, string written)
    {
        decimal?[] all = [.. amounts.Split(' ').Select(Number), null];
        var dollars = Dollars.Among(all);

        Assert.Equal(written, string.Join(' ', all.OfType<decimal>().Select(dollars.Write)));
    }

    [Fact]
    public void Amounts_OfWhichNoneIsKnown_AreWrittenAsAnyOther() => Assert.Equal("$2.00", Dollars.Among([null]).Write(2));

    private static decimal Number(string usd) => decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture);
}
