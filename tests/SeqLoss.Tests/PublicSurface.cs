using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace SeqLoss.Tests;

/// <summary>The exported types and members of an assembly as lines of text.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(ushort)] = "ushort",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    public static IEnumerable<string> Render(Assembly assembly)
    {
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return $"{KindOf(type)} {NameOf(type)}";
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                yield return $"  {NameOf(type)}.{member}";
            }
        }
    }

    private static string KindOf(Type type)
        => type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct")
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsSealed ? "sealed class"
        : type.IsAbstract ? "abstract class"
        : "class";

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            FieldInfo[] values = type.GetFields(BindingFlags.Public | BindingFlags.Static);
            return values.Select(value => $"{value.Name} = {value.GetRawConstantValue()}");
        }

        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(IsExported).Select(c => $"new({Parameters(c)})");
        IEnumerable<string> fields = type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily)
            .Select(f => $"{f.Name} : {Static(f.IsStatic)}{NameOf(f.FieldType)}");
        IEnumerable<string> properties = type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(IsExported))
            .Select(p => $"{p.Name} : {Static(p.GetAccessors(true)[0].IsStatic)}{TypeOf(p)} {{{Accessors(p)}}}");

        // Operators count, the accessors of properties do not.
        IEnumerable<string> methods = type.GetMethods(Declared)
            .Where(m => IsExported(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)))
            .Where(m => !m.Name.Contains('$', StringComparison.Ordinal))
            .Select(m => $"{m.Name}{Generics(m)}({Parameters(m)}) : {Static(m.IsStatic)}{TypeOf(m.ReturnParameter)}");
        return constructors.Concat(fields).Concat(properties).Concat(methods);
    }

    private static bool IsExported(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Accessors(PropertyInfo property)
    {
        string set = property.SetMethod is not { } setter || !IsExported(setter) ? ""
            : setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? " init;"
            : " set;";
        return (property.GetMethod is { } getter && IsExported(getter) ? " get;" : "") + set + " ";
    }

    private static string Generics(MethodInfo method)
        => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{(p.IsIn && p.ParameterType.IsByRef ? "in " : "")}{TypeOf(p)} {p.Name}{(p.IsOptional ? " = default" : "")}"));

    private static string TypeOf(PropertyInfo property) => NameOf(property.PropertyType) + Mark(Nullability.Create(property));

    private static string TypeOf(ParameterInfo parameter) => NameOf(parameter.ParameterType) + Mark(Nullability.Create(parameter));

    /// <summary>The mark of a reference that may be null; values carry it in their type.</summary>
    private static string Mark(NullabilityInfo info) => !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static string NameOf(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsByRef)
        {
            return NameOf(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
