# Functions that every task's runspace has, to speak with the bridge.

<#
.SYNOPSIS
    Asks the bridge for a service; see docs/reference/workers.md for their names.
#>
function Invoke-WorkflowBridge {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Method, [Collections.IDictionary] $Parameters = @{})
    $reply = [Collections.Concurrent.BlockingCollection[object]]::new()
    $WorkflowBridge.Questions.Enqueue(@{ Method = $Method; Parameters = $Parameters; Reply = $reply })
    [void] $WorkflowBridge.Signal.Set()
    $answer = $null
    # In short waits, so that the task can be stopped meanwhile.
    while (-not $reply.TryTake([ref] $answer, 100)) { }
    if ($answer.Contains('error')) {
        $problem = $answer['error']
        Stop-WorkflowTask -Type $problem['type'] -Message $problem['message'] -Final:(-not $problem['retryable'])
    }
    # As it is: a list stays a list.
    , $answer['result']
}

<#
.SYNOPSIS
    Fails the task with a type, which retry policies look at.
.PARAMETER Type
    Such as FileSystemError, PermissionError, InvalidPathError, PolicyError, AgentError.
.PARAMETER Final
    Trying again makes no sense.
.PARAMETER RetryAfter
    A duration such as 30s, before which trying again makes no sense.
#>
function Stop-WorkflowTask {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Message,
        [string] $Type = 'AgentError',
        [switch] $Final,
        [string] $RetryAfter
    )
    $failure = [InvalidOperationException]::new($Message)
    $failure.Data['WorkflowType'] = $Type
    $failure.Data['WorkflowFinal'] = [bool] $Final
    if ($RetryAfter) { $failure.Data['WorkflowRetryAfter'] = $RetryAfter }
    # Not ThrowTerminatingError: it ends this function, and its caller goes on.
    throw [System.Management.Automation.ErrorRecord]::new($failure, $Type, 'NotSpecified', $null)
}

<#
.SYNOPSIS
    The absolute path of a path in the station, when the workflow may use it so.
#>
function Resolve-WorkflowPath {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Path, [switch] $Write)
    $method = if ($Write) { 'write_path' } else { 'read_path' }
    Invoke-WorkflowBridge -Method $method -Parameters @{ path = $Path }
}

# What the guide's functions use and PowerShell lacks. A module that has them goes first.
$WorkflowSpare = @{
    'ConvertFrom-Yaml' = {
        [CmdletBinding()]
        param([Parameter(Position = 0, ValueFromPipeline)] [AllowNull()] [AllowEmptyString()] [string] $Yaml)
        begin { $lines = [Collections.Generic.List[string]]::new() }
        process { if ($null -ne $Yaml) { $lines.Add($Yaml) } }
        end {
            if ($lines.Count -gt 0) {
                Invoke-WorkflowBridge -Method parse_yaml -Parameters @{ text = $lines -join "`n" }
            }
        }
    }
    'ConvertTo-Yaml' = {
        [CmdletBinding()]
        param([Parameter(Position = 0, ValueFromPipeline)] [AllowNull()] [object] $Data)
        process { Invoke-WorkflowBridge -Method write_yaml -Parameters @{ value = $Data } }
    }
}
