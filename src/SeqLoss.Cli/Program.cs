System.Console.WriteLine("seqloss");
