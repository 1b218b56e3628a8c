# A person's script, read once and made ready for many runspaces.

using namespace System.Management.Automation.Language

$WorkflowScripts = @{}

# The script as a block that any runspace can run, parsed again only when the file has changed.
function Get-WorkflowScript([string] $Path) {
    $file = [IO.FileInfo]::new($Path)
    if (-not $file.Exists) {
        throw [IO.FileNotFoundException]::new("The script $Path does not exist; correct the agent's script in .3ox/agents.yaml")
    }
    $known = $WorkflowScripts[$Path]
    $mark = "$($file.LastWriteTimeUtc.Ticks) $($file.Length)"
    if ($null -ne $known -and $known.Mark -eq $mark) { return $known }
    $text = [IO.File]::ReadAllText($Path)
    $ast = Read-WorkflowSyntax $text $Path
    $renamed = Rename-InputParameter $ast $text
    if ($renamed -cne $text) { $ast = Read-WorkflowSyntax $renamed $Path }
    $functions = $ast.FindAll({ param($node) $node -is [FunctionDefinitionAst] }, $false)
    $read = @{
        Mark = $mark
        Path = $Path
        Block = $ast.GetScriptBlock()
        IsModule = [IO.Path]::GetExtension($Path) -ieq '.psm1'
        Functions = @($functions | ForEach-Object { $_.Name })
    }
    $WorkflowScripts[$Path] = $read
    return $read
}

function Read-WorkflowSyntax([string] $Text, [string] $Path) {
    $tokens = $null
    $errors = $null
    $ast = [Parser]::ParseInput($Text, $Path, [ref] $tokens, [ref] $errors)
    if ($errors.Count -gt 0) {
        $first = $errors[0]
        $place = "$Path`: line $($first.Extent.StartLineNumber)"
        throw [System.Management.Automation.ParseException]::new("The script cannot be read: $($first.Message) at $place")
    }
    return $ast
}

# PowerShell has a variable $Input of its own, so a parameter of that name never arrives. It gets
# another name here, and keeps the old one as an alias for those who call it by name.
function Rename-InputParameter([Ast] $Ast, [string] $Text) {
    $edits = [Collections.Generic.SortedDictionary[int, object]]::new()
    $isParameter = { param($node) $node -is [ParameterAst] -and $node.Name.VariablePath.UserPath -ieq 'Input' }
    foreach ($parameter in $Ast.FindAll($isParameter, $true)) {
        # The parameter block's parent, or the function of `function F($Input) { }`.
        $owner = $parameter.Parent
        while ($owner -isnot [FunctionDefinitionAst] -and $owner -isnot [ScriptBlockExpressionAst] -and $null -ne $owner.Parent) {
            $owner = $owner.Parent
        }
        $start = $parameter.Extent.StartOffset
        $edits[$start - 1] = @{ At = $start; Length = 0; New = "[Alias('Input')]" }
        foreach ($variable in $owner.FindAll({ param($node) $node -is [VariableExpressionAst] }, $true)) {
            $name = $variable.VariablePath.UserPath
            if ($name -ine 'Input' -or (Test-OtherInput $variable $owner)) { continue }
            $at = $variable.Extent.StartOffset + $variable.Extent.Text.IndexOf('Input', [StringComparison]::OrdinalIgnoreCase)
            $edits[$at] = @{ At = $at; Length = 5; New = 'WorkflowInput' }
        }
    }
    $new = [Text.StringBuilder]::new($Text)
    $last = @($edits.Values)
    [array]::Reverse($last)
    foreach ($edit in $last) { [void] $new.Remove($edit.At, $edit.Length).Insert($edit.At, $edit.New) }
    return $new.ToString()
}

# True for the $input of a function inside the one whose parameter is renamed: that is PowerShell's.
function Test-OtherInput([Ast] $Variable, [Ast] $Owner) {
    $inside = $Variable.Parent
    while ($null -ne $inside -and $inside -ne $Owner) {
        if ($inside -is [FunctionDefinitionAst]) { return $true }
        $inside = $inside.Parent
    }
    return $false
}
