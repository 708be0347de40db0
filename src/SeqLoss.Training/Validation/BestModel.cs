using SeqLoss.Models.Autograd;
using SeqLoss.Training.Optimizers;

namespace SeqLoss.Training.Validation;

/// <summary>The parameters of the best validation so far, and for how long there has been no better one.</summary>
internal sealed class BestModel(ParameterSet parameters, ValidationOptions options)
{
    /// <summary>The parameters of the best validation; memory is taken by the first.</summary>
    public ParameterTable Values => field ??= new ParameterTable("best", parameters);

    /// <summary>The metric of the best validation; <see langword="null"/> before there is one.</summary>
    public double? Value { get; private set; }

    /// <summary>The training step of the best validation.</summary>
    public long Step { get; private set; }

    /// <summary>The validations since then.</summary>
    public int Since { get; private set; }

    /// <summary>Takes in the validation of the parameters as they are, and copies them if it is the best.</summary>
    /// <returns>Whether it is.</returns>
    public bool Observe(double value, long step)
    {
        double gain = options.Metric is ValidationMetric.Loss or ValidationMetric.Perplexity ? Value - value ?? 0 : value - Value ?? 0;
        if (!double.IsFinite(value) || (Value is not null && !(gain > options.MinimumDelta)))
        {
            Since++;
            return false;
        }

        Restore(value, step, since: 0);
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].Values.CopyTo(Values.Of(i));
        }

        return true;
    }

    /// <summary>Continues from a checkpoint, which fills in <see cref="Values"/> if there is a value.</summary>
    public void Restore(double? value, long step, int since) => (Value, Step, Since) = (value, step, since);

    /// <summary>Puts the best values into the model.</summary>
    public void CopyToModel()
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            Values.Of(i).CopyTo(parameters[i].Values);
        }
    }
}
