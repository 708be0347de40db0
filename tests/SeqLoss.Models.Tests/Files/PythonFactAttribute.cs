using System;
using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

/// <summary>A test with Python and numpy; where they are not found it says that it was skipped.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> _isFound = new(() => Run("import numpy").Status == 0);

    public PythonFactAttribute()
    {
        if (!_isFound.Value)
        {
            Skip = "There is no python3 with numpy (Debian: python3-numpy).";
        }
    }

    internal static (int Status, string Output) Run(string program, string folder = "")
    {
        // Debian's own, before one of another's in the path: it is the one that has numpy.
        string python = System.IO.File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var start = new ProcessStartInfo(python, ["-c", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        try
        {
            using Process process = Process.Start(start)!;
            System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }
}
