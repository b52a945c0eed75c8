using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using StoryStudio.Core.Generation;
using StoryStudio.Core.Stories;

namespace StoryStudio.Core.Storage;

/// <summary>
/// Saves what goes with every image, and the images of a run that starts, by commands that are prepared once and follow from the model. EF Core
/// puts together, translates and prepares a command anew for each row, which costs more than SQLite takes to write it.
/// </summary>
internal sealed class PreparedWrites(StoryDbContext db) : IAsyncDisposable
{
    // An image can change in some dozens of ways; beyond that they are not worth keeping.
    private const int MostCommands = 200;

    private static readonly Dictionary<Type, int> Order = new()
    {
        [typeof(Run)] = 0,
        [typeof(RunStyle)] = 1,
        [typeof(StoryStyle)] = 2,
        [typeof(StoryImage)] = 3,
        [typeof(RunImage)] = 4,
        [typeof(Attempt)] = 5,
        [typeof(ImageVersion)] = 6,
        [typeof(PictureReference)] = 7,
    };

    private readonly Dictionary<(IEntityType Type, ulong Columns, bool Insert), PreparedWrite> _writes = [];

    /// <summary>Whether it is one of those that are saved here: added or changed.</summary>
    public static bool Takes(EntityEntry entry) => entry.State is EntityState.Added or EntityState.Modified && Order.ContainsKey(entry.Entity.GetType());

    /// <summary>Everything that is tracked as changed, where all of it is <see cref="Takes">taken</see>. Within a transaction.</summary>
    /// <exception cref="DbUpdateConcurrencyException">A row is no longer what it was when it was read.</exception>
    public async Task SaveAsync(IReadOnlyList<EntityEntry> changed)
    {
        var transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        foreach (var entry in changed.OrderBy(e => Order[e.Entity.GetType()]))
        {
            var isNew = entry.State is EntityState.Added;
            var columns = isNew ? 0 : Changed(entry);
            if (isNew || columns != 0)
            {
                await Write(entry.Metadata, columns, isNew).RunAsync(entry, transaction);
            }
        }

        db.ChangeTracker.AcceptAllChanges();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var write in _writes.Values)
        {
            await write.DisposeAsync();
        }
    }

    /// <summary>A bit for each property in the order of the model: no table has as many as 64.</summary>
    private static ulong Changed(EntityEntry entry)
    {
        var columns = 0UL;
        var bit = 1UL;
        foreach (var property in entry.Metadata.GetProperties())
        {
            columns |= entry.Property(property).IsModified ? bit : 0;
            bit <<= 1;
        }

        return columns;
    }

    private PreparedWrite Write(IEntityType type, ulong columns, bool isNew)
    {
        if (_writes.TryGetValue((type, columns, isNew), out var write))
        {
            return write;
        }

        if (_writes.Count >= MostCommands)
        {
            foreach (var old in _writes.Values)
            {
                old.Dispose();
            }

            _writes.Clear();
        }

        var properties = type.GetProperties().ToList();
        var set = isNew ? properties : properties.FindAll(p => (columns & (1UL << properties.IndexOf(p))) != 0);
        return _writes[(type, columns, isNew)] = new(db.Database.GetDbConnection().CreateCommand(), type, set, isNew);
    }

    /// <summary>One command, with the parameters that it takes from an entity.</summary>
    private sealed class PreparedWrite : IAsyncDisposable, IDisposable
    {
        private readonly DbCommand _command;
        private readonly List<(IProperty Property, bool Original, DbParameter Parameter)> _parameters = [];

        public PreparedWrite(DbCommand command, IEntityType type, List<IProperty> set, bool isNew)
        {
            _command = command;
            var sql = new StringBuilder(isNew ? "INSERT INTO " : "UPDATE ").Append(Quoted(type.GetTableName()!));
            var values = set.ConvertAll(p => Parameter(p, original: false));
            if (isNew)
            {
                sql.Append(" (").AppendJoin(", ", set.Select(Column)).Append(") VALUES (").AppendJoin(", ", values).Append(')');
            }
            else
            {
                var known = type.GetProperties().Where(p => p.IsPrimaryKey() || p.IsConcurrencyToken).Select(p => $"{Column(p)} {(p.IsPrimaryKey() ? "=" : "IS")} {Parameter(p, original: true)}");
                sql.Append(" SET ").AppendJoin(", ", set.Select((p, i) => $"{Column(p)} = {values[i]}")).Append(" WHERE ").AppendJoin(" AND ", known);
            }

            _command.CommandText = sql.ToString();
        }

        public async Task RunAsync(EntityEntry entry, DbTransaction transaction)
        {
            _command.Transaction = transaction;
            foreach (var (property, original, parameter) in _parameters)
            {
                var value = original && property.IsConcurrencyToken ? entry.Property(property).OriginalValue : property.GetGetter().GetClrValue(entry.Entity);
                parameter.Value = (property.GetRelationalTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
            }

            if (await _command.ExecuteNonQueryAsync() != 1)
            {
                throw new DbUpdateConcurrencyException($"A row of {entry.Metadata.GetTableName()} is no longer what it was when it was read.");
            }
        }

        public void Dispose() => _command.Dispose();

        public ValueTask DisposeAsync() => _command.DisposeAsync();

        private string Parameter(IProperty property, bool original)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = $"$p{_parameters.Count}";
            _command.Parameters.Add(parameter);
            _parameters.Add((property, original, parameter));
            return parameter.ParameterName;
        }

        private static string Column(IProperty property) => Quoted(property.GetColumnName());

        private static string Quoted(string name) => $"\"{name}\"";
    }
}
