using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// BenchmarkDotNet builds projects of its own below the one it measures; an artifacts folder shared with it would collide.
BenchmarkSwitcher
    .FromAssembly(typeof(SeqLoss.Benchmarks.CrossEntropyBenchmarks).Assembly)
    .Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableOptimizationsValidator));
