<#
.SYNOPSIS
    MY_AGENT: what it does, in a sentence.
.DESCRIPTION
    The bridge calls this function for each task, in a worker that stays warm: the task's input is
    its first parameter, what it returns is the output. Write-Progress is the task's progress,
    Write-Warning and Write-Verbose are lines of its log, a terminating error is its failure.
.EXAMPLE
    . ./.3ox/agents/my-agent.ps1; Invoke-MyAgent @{ name = 'Ann' }
#>
Set-StrictMode -Version Latest

function Invoke-MyAgent {
    [CmdletBinding()]
    param([System.Collections.IDictionary] $Task = @{})

    $name = if ($Task.Contains('name') -and $null -ne $Task['name']) { $Task['name'] } else { 'station' }
    if ($name -isnot [string]) { throw [System.ArgumentException]::new("name is $name, not a text") }
    Write-Progress -Activity 'Greeting' -Status "greeting $name" -PercentComplete 50
    return @{ greeting = "Hello, $name" }
}
