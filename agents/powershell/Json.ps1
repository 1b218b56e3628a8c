# JSON in both directions, through System.Text.Json: nothing is taken for a date, no key or depth is
# lost, numbers keep their digits. PowerShell's own cmdlets do none of that.

using namespace System.Collections
using namespace System.Globalization
using namespace System.Text.Json

class WorkflowJson {
    static [int] $Deepest = 100

    # A JSON value as PowerShell objects: objects are ordered dictionaries that do not mind case,
    # lists are arrays, whole numbers int, long or bigint.
    static [object] Read([JsonElement] $element) {
        switch ($element.ValueKind) {
            'String' { return $element.GetString() }
            'Number' { return [WorkflowJson]::ReadNumber($element.GetRawText()) }
            'True' { return $true }
            'False' { return $false }
            'Array' {
                $list = [object[]]::new($element.GetArrayLength())
                $at = 0
                foreach ($item in $element.EnumerateArray()) { $list[$at++] = [WorkflowJson]::Read($item) }
                return $list
            }
            'Object' {
                $comparer = [StringComparer]::OrdinalIgnoreCase
                $map = [Specialized.OrderedDictionary]::new($comparer)
                foreach ($property in $element.EnumerateObject()) {
                    if ($map.Contains($property.Name)) { return [WorkflowJson]::ReadWithCase($element) }
                    $map.Add($property.Name, [WorkflowJson]::Read($property.Value))
                }
                return $map
            }
        }
        return $null
    }

    # Keys that differ only in case: all of them are kept, and case counts.
    hidden static [object] ReadWithCase([JsonElement] $element) {
        $map = [Specialized.OrderedDictionary]::new([StringComparer]::Ordinal)
        foreach ($property in $element.EnumerateObject()) {
            $map[$property.Name] = [WorkflowJson]::Read($property.Value)
        }
        return $map
    }

    hidden static [object] ReadNumber([string] $text) {
        $culture = [CultureInfo]::InvariantCulture
        $whole = 0L
        if ([long]::TryParse($text, [NumberStyles]::AllowLeadingSign, $culture, [ref] $whole)) {
            if ($whole -ge [int]::MinValue -and $whole -le [int]::MaxValue) { return [int] $whole }
            return $whole
        }
        if ($text.IndexOfAny([char[]] '.eE') -lt 0) { return [bigint]::Parse($text, $culture) }
        $exact = 0d
        # A double holds 15 digits for sure; a decimal 28.
        if ($text.Length -gt 17 -and
            [decimal]::TryParse($text, [NumberStyles]::Float, $culture, [ref] $exact) -and
            $exact.ToString($culture).Length -gt 17) { return $exact }
        $double = [double]::Parse($text, [NumberStyles]::Float, $culture)
        if ([double]::IsInfinity($double)) { return $text }
        return $double
    }

    # Writes any object. What JSON has no form for becomes text. No recursion: PowerShell's own stack
    # ends long before a hundred levels.
    static [void] Write([Utf8JsonWriter] $writer, [object] $value) {
        $open = [Generic.Stack[WorkflowOpen]]::new()
        $top = $null
        while ($true) {
            # `-is` looks through PowerShell's wrapping; the usual types come first, because long
            # lists are made of them.
            if ($null -eq $value) { $writer.WriteNullValue() }
            elseif ($value -is [string]) { $writer.WriteStringValue([string] $value) }
            elseif ($value -is [int]) { $writer.WriteNumberValue([int] $value) }
            elseif ($value -is [long]) { $writer.WriteNumberValue([long] $value) }
            elseif ($value -is [bool]) { $writer.WriteBooleanValue([bool] $value) }
            elseif ($value -is [Nodes.JsonNode]) { $writer.WriteRawValue($value.psobject.BaseObject.ToJsonString()) }
            elseif ($value -is [xml]) { $writer.WriteStringValue([string] $value.OuterXml) }
            else {
                $begun = [WorkflowJson]::Open($value)
                if ($null -eq $begun) {
                    $base = $value.psobject.BaseObject
                    if (-not [WorkflowJson]::WriteScalar($writer, $base)) { [WorkflowJson]::WriteObject($writer, $base) }
                }
                elseif ($open.Count -ge [WorkflowJson]::Deepest) {
                    throw [InvalidOperationException]::new("The output is nested more than $([WorkflowJson]::Deepest) deep; perhaps it contains itself")
                }
                else {
                    if ($begun.Kind -eq 0) { $writer.WriteStartArray() } else { $writer.WriteStartObject() }
                    $open.Push($begun)
                    $top = $begun
                }
            }
            # What is next: the next item of what is open, closing what has none.
            while ($null -ne $top -and -not $top.Items.MoveNext()) {
                if ($top.Kind -eq 0) { $writer.WriteEndArray() } else { $writer.WriteEndObject() }
                [void] $open.Pop()
                $top = if ($open.Count -gt 0) { $open.Peek() }
            }
            if ($null -eq $top) { return }
            $item = $top.Items.Current
            if ($top.Kind -eq 0) { $value = $item }
            elseif ($top.Kind -eq 1) { $writer.WritePropertyName([string] $item.Key); $value = $item.Value }
            elseif ($top.Kind -eq 2) { $writer.WritePropertyName([string] $item); $value = $top.Map[$item] }
            else {
                $writer.WritePropertyName($item.Name)
                $value = try { $item.Value } catch { $null }
            }
        }
    }

    # The items of a list, dictionary or custom object; null for anything else.
    hidden static [WorkflowOpen] Open([object] $value) {
        $begun = [WorkflowOpen]::new()
        if ($value -is [Hashtable]) {
            # It has no order of its own, and another one in every process. Not .Keys: that may be an entry.
            $keys = [object[]] @($value.get_Keys())
            [Array]::Sort($keys, [WorkflowKeyOrder]::new())
            $begun.Kind = 2
            $begun.Map = $value.psobject.BaseObject
            $begun.Items = $keys.GetEnumerator()
        }
        elseif ($value -is [IDictionary]) { $begun.Kind = 1; $begun.Items = $value.GetEnumerator() }
        elseif ($value.psobject.BaseObject -is [System.Management.Automation.PSCustomObject]) {
            $begun.Kind = 3
            $begun.Items = ([IEnumerable] $value.psobject.Properties).GetEnumerator()
        }
        elseif ($value -is [IEnumerable]) { $begun.Items = ([IEnumerable] $value.psobject.BaseObject).GetEnumerator() }
        else { return $null }
        return $begun
    }

    # False when the value is no single value.
    hidden static [bool] WriteScalar([Utf8JsonWriter] $writer, [object] $base) {
        $culture = [CultureInfo]::InvariantCulture
        if ($base -is [double] -or $base -is [float]) {
            $text = $base.ToString('R', $culture)
            if ([double]::IsFinite([double] $base)) { $writer.WriteRawValue($text) }
            else { $writer.WriteStringValue($text) }
        }
        elseif ($base -is [bool]) { $writer.WriteBooleanValue([bool] $base) }
        elseif ($base -is [Enum]) { $writer.WriteStringValue($base.ToString()) }
        elseif ($base -is [char]) { $writer.WriteStringValue([string] $base) }
        elseif ($base.GetType().IsPrimitive -or $base -is [decimal] -or $base -is [bigint]) {
            $writer.WriteRawValue($base.ToString($culture))
        }
        elseif ($base -is [datetime]) {
            $when = if ($base.Kind -eq 'Local') { $base.ToUniversalTime() } else { $base }
            $writer.WriteStringValue([string] $when.ToString('o', $culture))
        }
        elseif ($base -is [DateTimeOffset]) { $writer.WriteStringValue([string] $base.ToString('o', $culture)) }
        elseif ($base -is [TimeSpan] -or $base -is [guid] -or $base -is [uri] -or $base -is [version] -or
            $base -is [scriptblock] -or $base -is [type] -or $base -is [semver]) {
            $writer.WriteStringValue([string] $base.ToString())
        }
        elseif ($base -is [DBNull]) { $writer.WriteNullValue() }
        else { return $false }
        return $true
    }

    # Any other object: its own properties, one level deep, so that a file does not bring the disk.
    hidden static [void] WriteObject([Utf8JsonWriter] $writer, [object] $base) {
        $writer.WriteStartObject()
        foreach ($property in $base.GetType().GetProperties()) {
            if (-not $property.CanRead -or $property.GetIndexParameters().Length -gt 0) { continue }
            $item = try { $property.GetValue($base) } catch { $null }
            $writer.WritePropertyName($property.Name)
            if ($null -eq $item) { $writer.WriteNullValue() }
            elseif ($item -is [string]) { $writer.WriteStringValue([string] $item) }
            elseif (-not [WorkflowJson]::WriteScalar($writer, $item)) {
                $writer.WriteStringValue([string] $item.ToString())
            }
        }
        $writer.WriteEndObject()
    }

    # A whole line's bytes.
    static [System.IO.MemoryStream] Line([IDictionary] $message) {
        $options = [JsonWriterOptions]::new()
        $options.Encoder = [System.Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping
        $options.MaxDepth = 2 * [WorkflowJson]::Deepest
        $bytes = [System.IO.MemoryStream]::new()
        $writer = [Utf8JsonWriter]::new($bytes, $options)
        [WorkflowJson]::Write($writer, $message)
        $writer.Dispose()
        $bytes.WriteByte(10)
        return $bytes
    }

    static [JsonDocument] Parse([string] $line) {
        $options = [JsonDocumentOptions]::new()
        $options.MaxDepth = 2 * [WorkflowJson]::Deepest
        return [JsonDocument]::Parse($line, $options)
    }
}

# A list (0), dictionary (1), hashtable (2) or custom object (3) that is being written.
class WorkflowOpen {
    [int] $Kind
    [IDictionary] $Map
    [IEnumerator] $Items
}

class WorkflowKeyOrder : IComparer {
    [int] Compare([object] $a, [object] $b) { return [string]::CompareOrdinal([string] $a, [string] $b) }
}
