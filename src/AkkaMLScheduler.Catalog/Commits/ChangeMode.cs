namespace AkkaMLScheduler.Catalog;

/// <summary>What a change does to the files of the former version. Older versions stay readable either way.</summary>
public enum ChangeMode
{
    /// <summary>Keeps them and adds.</summary>
    Append,

    /// <summary>Puts the new files in their place.</summary>
    Replace,

    /// <summary>Puts the new files in the place of some of them, with the same rows.</summary>
    Compact,

    /// <summary>Keeps them and changes the columns.</summary>
    Alter,
}
