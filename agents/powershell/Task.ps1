# Runs in the runspace of one task: the person's script, then the function. It is a file because
# `exit` then ends this file with an exit code, instead of ending nobody knows what.
param($WorkflowFunction, $WorkflowErrors, $WorkflowState)

$ErrorActionPreference = $WorkflowErrors
$InformationPreference = 'Continue'
$VerbosePreference = 'Continue'
$ExecutionContext.InvokeCommand.CommandNotFoundAction = {
    param($name, $lookup)
    if ($WorkflowBridge.Spare.ContainsKey($name)) {
        $lookup.CommandScriptBlock = $WorkflowBridge.Spare[$name]
        $lookup.StopSearch = $true
    }
}
$WorkflowState.Go.Wait()
$WorkflowScript = $WorkflowState.Script
if ($WorkflowScript.IsModule) {
    $VerbosePreference = 'SilentlyContinue'
    $name = [IO.Path]::GetFileNameWithoutExtension($WorkflowScript.Path)
    New-Module -Name $name -ScriptBlock $WorkflowScript.Block | Import-Module -DisableNameChecking
    $VerbosePreference = 'Continue'
}
else { $null = . $WorkflowScript.Block }
$WorkflowCommand = $ExecutionContext.InvokeCommand.GetCommand($WorkflowFunction, 'Function, Filter, Cmdlet')
if ($null -eq $WorkflowCommand) { $WorkflowState.Missing = $true; return }
$WorkflowState.Loaded = $true

# By name, so that attributes and positions of the first parameter do not matter.
$WorkflowFirst = @(
    if ($null -ne $WorkflowCommand.ScriptBlock) {
        $WorkflowCommand.ScriptBlock.Ast.Parameters
        $WorkflowCommand.ScriptBlock.Ast.Body.ParamBlock.Parameters
    }
)[0]
if ($null -eq $WorkflowFirst) { & $WorkflowCommand $WorkflowState.Payload }
else {
    $WorkflowArguments = @{ $WorkflowFirst.Name.VariablePath.UserPath = $WorkflowState.Payload }
    & $WorkflowCommand @WorkflowArguments
}
$WorkflowState.Done = $true
