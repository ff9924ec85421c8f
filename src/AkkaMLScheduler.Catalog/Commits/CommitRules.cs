namespace AkkaMLScheduler.Catalog;

/// <summary>What must hold of a request before the database is asked.</summary>
internal static class CommitRules
{
    /// <exception cref="CatalogException">What is wrong, and where.</exception>
    public static void Check(CommitRequest request, CatalogSettings settings)
    {
        if (request.Changes.Count == 0 && request.Offsets.Count == 0)
            throw new CatalogException("The commit is empty: it has neither changes nor offsets.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in request.Changes)
        {
            DatasetName.Validate(change.Dataset);
            change.Schema.Validate(change.Dataset);
            if (!change.Counts.AddUp)
                throw new CatalogException($"The counts of '{change.Dataset}' do not add up: {change.Counts}.");
            foreach (var parent in change.Parents)
            {
                if (parent.IsInThisCommit && !names.Contains(parent.Dataset))
                    throw new CatalogException($"'{change.Dataset}' names '{parent.Dataset}' as a parent of this commit, but no earlier change makes it.");
            }

            if (!names.Add(change.Dataset))
                throw new CatalogException($"The commit has two changes of '{change.Dataset}'; put their files into one.");
            foreach (var file in change.Files)
                CheckFile(change.Dataset, file, settings);
        }

        var sources = new HashSet<(string, string)>();
        foreach (var offset in request.Offsets)
        {
            if (!sources.Add((offset.Source, offset.Partition)))
                throw new CatalogException($"The commit advances source '{offset.Source}' partition '{offset.Partition}' twice.");
            if (offset.Next < (offset.Expected ?? 0))
            {
                throw new CatalogException(
                    $"The offset of source '{offset.Source}' partition '{offset.Partition}' would go back from {offset.Expected ?? 0} to {offset.Next}.");
            }
        }
    }

    private static void CheckFile(string dataset, DataFile file, CatalogSettings settings)
    {
        var folder = LakePaths.Folder(dataset);
        if (!file.Path.StartsWith(folder, StringComparison.Ordinal) || file.Path.AsSpan(folder.Length).ContainsAny('/', '\\'))
            throw new CatalogException($"File '{file.Path}' of '{dataset}' is not in the folder {folder}.");
        var found = new FileInfo(settings.Absolute(file.Path));
        if (!found.Exists || found.Length != file.Bytes)
        {
            var what = found.Exists ? $"has {found.Length} bytes instead of {file.Bytes}" : "is missing";
            throw new CatalogException($"File {found.FullName} {what}; complete the file before the commit.");
        }
    }
}
