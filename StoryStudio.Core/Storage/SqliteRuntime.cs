using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Makes EF Core 10's SQLite provider run with the SQLitePCLRaw that the package registry has.
/// <para>
/// Why it is here: <c>Microsoft.EntityFrameworkCore.Sqlite.Core</c> is compiled against SQLitePCLRaw 2.1, only 2.0.6 can be
/// restored, and the runtime does not roll an assembly reference back by itself. The parts of the API that EF uses are in both.
/// The bundled SQLite is 3.35.5, so the system's own library, patched by the distribution, goes first where there is one.
/// </para>
/// <para>Unnecessary once <c>Microsoft.EntityFrameworkCore.Sqlite</c> restores whole: reference it and delete this file.</para>
/// </summary>
public static class SqliteRuntime
{
    private const string PackagedLibrary = "e_sqlite3";

    private static readonly string[] SystemLibraries = ["libsqlite3.so.0", "/usr/lib/libsqlite3.dylib"];

    /// <summary>The native library in use: the system's file name, or <c>e_sqlite3</c> for the one in the package.</summary>
    public static string Library { get; private set; } = PackagedLibrary;

    /// <summary>SQLite's own version, such as <c>3.40.1</c>.</summary>
    public static string Version => SQLitePCL.raw.sqlite3_libversion().utf8_to_string();

    // CA2255 asks for module initializers in applications only. This one has to run before the first use of SQLite in the
    // app, in the tests and in any tool, and there is no other place that all three pass.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize()
    {
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "SQLitePCLRaw.core" ? context.LoadFromAssemblyName(new AssemblyName("SQLitePCLRaw.core")) : null;

        var provider = typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly;
        NativeLibrary.SetDllImportResolver(provider, static (name, assembly, searchPath) =>
        {
            if (name != PackagedLibrary)
            {
                return IntPtr.Zero;
            }

            foreach (var candidate in SystemLibraries)
            {
                if (NativeLibrary.TryLoad(candidate, out var handle))
                {
                    if (NativeLibrary.TryGetExport(handle, "sqlite3_open_v2", out _))
                    {
                        Library = candidate;
                        return handle;
                    }

                    NativeLibrary.Free(handle);
                }
            }

            return IntPtr.Zero;
        });

        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
    }
}
