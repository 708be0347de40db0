namespace SeqLoss.Models.Sequences;

/// <summary>In which order the positions of sequences are the rows of a matrix.</summary>
public enum RowOrder
{
    /// <summary>A sequence's steps follow each other.</summary>
    BatchMajor,

    /// <summary>A step of all sequences comes before the next step.</summary>
    TimeMajor,
}
