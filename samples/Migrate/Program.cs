using System;
using System.Collections.Generic;
using SeqLoss.Samples;

// Prints what the code of a page of docs/migrate prints: dotnet run --project samples/Migrate torch
Dictionary<string, Action> pages = new()
{
    ["torch"] = FromTorch.Run,
    ["tensorflow"] = FromTensorFlow.Run,
    ["tensorflow-addons"] = FromTensorFlowAddons.Run,
    ["keras"] = FromKeras.Run,
    ["onnx"] = FromOnnx.Run,
    ["fairseq"] = FromFairseq.Run,
    ["joeynmt"] = FromJoeyNmt.Run,
    ["marian"] = FromMarian.Run,
    ["optax"] = FromOptax.Run,
    ["liger"] = FromLiger.Run,
};
string page = args.Length == 1 ? args[0] : "";
if (!pages.TryGetValue(page, out Action? run))
{
    Console.Error.WriteLine($"which page? {string.Join(", ", pages.Keys)}");
    return 2;
}

run();
return 0;
