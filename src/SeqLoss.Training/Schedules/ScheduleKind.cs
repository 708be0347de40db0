using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Schedules;

/// <summary>How the learning rate changes after its warm-up.</summary>
[JsonConverter(typeof(WordConverter<ScheduleKind>))]
public enum ScheduleKind
{
    /// <summary><see cref="InverseSquareRootSchedule"/>.</summary>
    InverseSquareRoot,

    /// <summary><see cref="ConstantSchedule"/>.</summary>
    Constant,

    /// <summary><see cref="CosineSchedule"/>, down to the last step of the training; epochs are taken to be as long as the first.</summary>
    Cosine,

    /// <summary><see cref="PlateauSchedule"/>.</summary>
    Plateau,
}
