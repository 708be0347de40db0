using System;
using System.Text;

namespace SeqLoss.Models.Tests.Files;

/// <summary>The bytes of a safetensors file, put together from its text: what the writer's own tests cannot write.</summary>
internal static class SafeTensorsImage
{
    /// <summary>A header as it is given, without padding.</summary>
    internal static byte[] Create(string header, params byte[] data)
        => [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. data];

    /// <summary>One tensor named w.</summary>
    internal static byte[] CreateOne(string type, string shape, params byte[] data)
        => Create($"{{\"w\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[0,{data.Length}]}}}}", data);
}
