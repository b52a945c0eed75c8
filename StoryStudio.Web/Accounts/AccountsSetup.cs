using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using StoryStudio.Core.Storage;
using StoryStudio.Web.Security;

namespace StoryStudio.Web.Accounts;

/// <summary>Accounts of authors, by ASP.NET Core Identity in a database of their own. The one room of Web that knows one.</summary>
public static class AccountsSetup
{
    internal const int MinPasswordLength = 10;

    /// <summary>How long a sign-in may go on after an end that this process knows nothing of. Of all others it is put out at once.</summary>
    internal static readonly TimeSpan Revalidation = TimeSpan.FromMinutes(1);

    internal static readonly TimeSpan SignedIn = TimeSpan.FromDays(14);

    /// <summary>Comes after the pages: it looks after the users of their circuits.</summary>
    public static IServiceCollection AddStoryStudioAccounts(this IServiceCollection services)
    {
        services.AddDbContext<AccountsDb>((provider, db) => db.UseSqlite($"Data Source={DatabaseOf(provider.GetRequiredService<DataDirectory>())};Foreign Keys=True"));
        services.AddIdentityCore<Account>(identity =>
            {
                // Length is what counts; rules about signs make passwords that are written on paper.
                identity.Password = new() { RequiredLength = MinPasswordLength, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 4 };
                identity.Lockout = new() { AllowedForNewUsers = true, MaxFailedAccessAttempts = 5, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5) };
                // People have the names that they have.
                identity.User.AllowedUserNameCharacters = "";
            })
            .AddEntityFrameworkStores<AccountsDb>()
            .AddSignInManager();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "storystudio";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = SignedIn;
            cookie.SlidingExpiration = true;
        });
        services.Configure<SecurityStampValidatorOptions>(stamps =>
        {
            stamps.ValidationInterval = Revalidation;
            stamps.OnRefreshingPrincipal = refreshing =>
            {
                // Made anew from the account, which knows nothing of this one sign-in.
                (refreshing.NewPrincipal?.Identity as ClaimsIdentity)?.AddClaims(refreshing.CurrentPrincipal?.FindAll(AccountAuthors.SignInClaim) ?? []);
                return Task.CompletedTask;
            };
        });
        services.AddDataProtection().SetApplicationName("StoryStudio");
        services.AddOptions<KeyManagementOptions>().Configure<DataDirectory, ILoggerFactory>((keys, directory, loggers) => keys.XmlRepository = new FileSystemXmlRepository(KeysBelow(directory), loggers));
        services.AddScoped<AccountBook>();
        services.AddScoped<AuthenticationStateProvider, AuthorRevalidation>();
        services.AddSingleton<IAuthors, AccountAuthors>();
        services.AddSingleton<AccountsStart>();
        services.AddHostedService(provider => provider.GetRequiredService<AccountsStart>());
        return services;
    }

    /// <summary>Reads the cookie of whoever has signed in. Comes before the gate that asks who it is.</summary>
    public static IApplicationBuilder UseStoryStudioAccounts(this IApplicationBuilder app) => app.UseAuthentication();

    internal static string DatabaseOf(DataDirectory directory) => Path.Combine(directory.Path, "accounts.db");

    /// <summary>What cookies are sealed with; for the one who runs the server alone.</summary>
    private static DirectoryInfo KeysBelow(DataDirectory directory)
    {
        var path = Path.Combine(directory.Path, "keys");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
