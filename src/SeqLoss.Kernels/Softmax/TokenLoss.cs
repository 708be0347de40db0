using System;
using System.Numerics;

namespace SeqLoss.Kernels.Softmax;

/// <summary>The scalar end of a token: from the row's statistics to its loss and the factors of its gradient, in double.</summary>
/// <remarks>
/// With a the target mass, d the gaps and lnΣ = log1p(Rest): ℓ = Σa·lnΣ + Σa·d + z·lse², lse = m·c + lnΣ. The same lines serve
/// log-probabilities and probabilities, whose lnΣ is 0. Where the entropy of the target is subtracted, Σa·ln a is added.
/// </remarks>
internal readonly ref struct TokenLoss
{
    private readonly CrossEntropyTerms _terms;
    private readonly bool _isId;
    private readonly int _target;
    private readonly int _argMax;
    private readonly double _shift;
    private readonly double _rest;
    private readonly double _mass;
    private readonly double _massBesidesTarget;
    private readonly double _targetClassMass;
    private readonly double _slope;
    private readonly double _coefficient;

    /// <summary>Writes what the token's row found and keeps what its gradient needs.</summary>
    /// <param name="terms">The terms of the loss.</param>
    /// <param name="tokens">Where the results go.</param>
    /// <param name="token">The token's index.</param>
    /// <param name="isId">Whether the target is an id, not a distribution.</param>
    /// <param name="targetGap">d of the target's id; unused for a distribution.</param>
    /// <param name="row">The statistics of its scores.</param>
    public TokenLoss(in CrossEntropyTerms terms, TokenTable tokens, int token, bool isId, double targetGap, in RowStatistics row)
    {
        _terms = terms;
        _isId = isId;
        _shift = row.Shift;
        _rest = row.DefinedRest;
        _coefficient = tokens.Coefficient[token] * terms.InverseTemperature;
        double logSum = row.LogSum;
        double logSumExp = (row.Max * terms.InverseTemperature) + logSum;

        double loss, mass;
        if (isId)
        {
            _target = tokens.Target[token];
            _targetClassMass = (terms.Alpha + terms.Beta) * terms.ClassWeight(_target);
            _massBesidesTarget = terms.Beta * row.Mass;
            mass = _targetClassMass + _massBesidesTarget;
            loss = Product(mass, logSum) + Product(_targetClassMass, targetGap) + Product(terms.Beta, row.MassGap);
            tokens.NegativeLogLikelihood[token] = logSum + targetGap;
        }
        else
        {
            _target = -1;
            mass = row.Mass;
            loss = Product(mass, logSum) + row.MassGap;
            tokens.NegativeLogLikelihood[token] = Product(row.TargetMass, logSum) + row.TargetGap;
            tokens.Target[token] = row.TargetArgMax;
        }

        if (terms.SubtractsEntropy)
        {
            loss += isId ? terms.NegativeEntropyOfId : row.NegativeEntropy;
        }

        _slope = terms.AssumesUnitMass ? 1 : mass;
        if (terms.ZLoss != 0)
        {
            loss += terms.ZLoss * logSumExp * logSumExp;

            // A row that is −∞ throughout has no lse to move: its gradient stays finite.
            _slope += row.ArgMax < 0 ? 0 : 2 * terms.ZLoss * logSumExp;
        }

        _mass = mass;
        _argMax = row.ArgMax;
        tokens.Loss[token] = loss;
        tokens.ArgMax[token] = double.IsNaN(_rest) ? -1 : row.ArgMax;
        if (tokens.WantsLogSumExp)
        {
            tokens.LogSumExp[token] = logSumExp;
        }

        if (tokens.WantsEntropy)
        {
            tokens.Entropy[token] = terms.Kind == ScoreKind.Logits ? logSum + (row.EntropySum / (1 + _rest)) : row.EntropySum;
        }
    }

    /// <summary>Whether nothing flows back from this token.</summary>
    public bool HasNoGradient => _coefficient == 0;

    /// <summary>g of the gradient operators.</summary>
    public double SoftmaxFactor => _coefficient * _slope / (1 + _rest);

    /// <summary>w of the gradient operators.</summary>
    public double MassFactor => _coefficient;

    /// <summary>The gradient of one class, without the cancellation of p − 1 at the greatest one.</summary>
    /// <param name="index">The class.</param>
    /// <param name="score">Its score as the kernel read it.</param>
    /// <param name="mass">Its target mass a, as <see cref="MassOf{T}"/> gives it.</param>
    public double Gradient(int index, double score, double mass)
    {
        switch (_terms.Kind)
        {
            case ScoreKind.LogProbabilities:
                return -_coefficient * mass;
            case ScoreKind.Probabilities:
                return mass == 0 ? 0 : -_coefficient * mass / score;
            default:
                if (index == _argMax)
                {
                    // slope·p − a with p = 1 − Rest/(1 + Rest): the ones are subtracted before anything is rounded.
                    double massBesides = index == _target ? _massBesidesTarget : _mass - mass;
                    return _coefficient * (massBesides + (_slope - _mass) - (_slope * (_rest / (1 + _rest))));
                }

                double p = Math.Exp((score - _shift) * _terms.InverseTemperature) / (1 + _rest);
                return _coefficient * ((_slope * p) - mass);
        }
    }

    /// <summary>The target mass of one class, with the roundings it had in the sum of masses: what is subtracted was added.</summary>
    /// <param name="index">The class.</param>
    /// <param name="probability">Its probability in the distribution; unused for an id.</param>
    public double MassOf<T>(int index, T probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (index == _target)
        {
            return _targetClassMass;
        }

        if (index == _terms.MasslessClass)
        {
            return 0;
        }

        if (_isId)
        {
            return _terms.Beta * _terms.ClassWeight(index);
        }

        T a = T.MultiplyAddEstimate(T.CreateTruncating(_terms.Alpha), probability, T.CreateTruncating(_terms.Beta));
        return double.CreateTruncating(a * T.CreateTruncating(_terms.ClassWeight(index)));
    }

    /// <summary>0·∞ = 0.</summary>
    private static double Product(double mass, double gap) => mass == 0 ? 0 : mass * gap;
}
