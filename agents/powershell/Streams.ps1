# What a task says besides its output: progress, log lines, and how it failed.

# Log lines of one task, and characters of one line, that are passed on.
$mostLines = 500
$longestLine = 4000

# Passes on what has come since the last time. Of many progress reports the last one counts.
function Send-Streams($Task) {
    $streams = $Task.Shell.Streams
    if ($streams.Progress.Count -gt 0) {
        $last = $streams.Progress.ReadAll()[-1]
        $words = @($last.Activity, $last.StatusDescription, $last.CurrentOperation).Where({ -not [string]::IsNullOrWhiteSpace($_) })
        $percent = if ($last.PercentComplete -ge 0) { $last.PercentComplete }
        Send-Line ([ordered] @{ type = 'progress'; id = $Task.Id; percent = $percent; message = $words -join ': ' })
    }
    if ($streams.Information.Count -gt 0) { foreach ($record in $streams.Information.ReadAll()) { Send-Log $Task 'info' ([string] $record.MessageData) } }
    if ($streams.Warning.Count -gt 0) { foreach ($record in $streams.Warning.ReadAll()) { Send-Log $Task 'warn' $record.Message } }
    if ($streams.Error.Count -gt 0) { foreach ($record in $streams.Error.ReadAll()) { Send-Log $Task 'warn' (Get-ErrorText $record) } }
    if ($streams.Verbose.Count -gt 0) { foreach ($record in $streams.Verbose.ReadAll()) { Send-Log $Task 'debug' $record.Message } }
    if ($streams.Debug.Count -gt 0) { foreach ($record in $streams.Debug.ReadAll()) { Send-Log $Task 'debug' $record.Message } }
    if ($console.GetStringBuilder().Length -gt 0) { foreach ($line in (Read-Console)) { Send-Log $Task 'info' $line } }
}

function Send-Log($Task, [string] $Level, [string] $Message) {
    $Task.Said++
    if ($Task.Said -gt $mostLines) { return }
    if ($Task.Said -eq $mostLines) { $Message = "The task says more than $mostLines lines; the rest is left out" }
    if ($Message.Length -gt $longestLine) { $Message = $Message.Substring(0, $longestLine) + '…' }
    Send-Line ([ordered] @{ type = 'log'; id = $Task.Id; level = $Level; message = $Message })
}

# What was written to the console by hand.
function Read-Console {
    $text = ''
    $written = $console.GetStringBuilder()
    $lock = [Console]::Out
    [Threading.Monitor]::Enter($lock)
    try {
        if ($written.Length -gt 0) { $text = $written.ToString(); [void] $written.Clear() }
    }
    finally { [Threading.Monitor]::Exit($lock) }
    $text.Split("`n").TrimEnd().Where({ $_ -ne '' })
}

# A terminating error as a failure. -Final: it came before the function was called.
function Get-Failure($Record, [bool] $Final) {
    $thrown = $Record.Exception
    # EndInvoke and the like wrap what the task threw.
    while ($thrown -is [System.Management.Automation.MethodInvocationException] -and $null -ne $thrown.InnerException) {
        $thrown = $thrown.InnerException
    }
    $own = if ($thrown -is [System.Management.Automation.IContainsErrorRecord]) { $thrown.ErrorRecord } else { $Record }
    $cause = Get-Cause $own.Exception
    $failure = [ordered] @{ type = Get-FailureType $cause; message = Get-ErrorText $own $cause }
    $failure['retryable'] = -not ($Final -or $cause.Data['WorkflowFinal'] -eq $true -or
        $cause -is [System.Management.Automation.CommandNotFoundException] -or
        $cause -is [System.Management.Automation.ParameterBindingException])
    if ($null -ne $cause.Data['WorkflowRetryAfter']) { $failure['retry_after'] = $cause.Data['WorkflowRetryAfter'] }
    return $failure
}

function Get-Cause([Exception] $Exception) {
    while ($null -ne $Exception.InnerException -and ($Exception -is [System.Management.Automation.RuntimeException] -or
            $Exception -is [Reflection.TargetInvocationException] -or $Exception -is [AggregateException])) {
        $Exception = $Exception.InnerException
    }
    return $Exception
}

function Get-FailureType([Exception] $Cause) {
    if ($null -ne $Cause.Data['WorkflowType']) { return $Cause.Data['WorkflowType'] }
    if ($Cause -is [UnauthorizedAccessException] -or $Cause -is [Security.SecurityException]) { return 'PermissionError' }
    if ($Cause -is [IO.IOException] -or $Cause -is [System.Management.Automation.ItemNotFoundException]) { return 'FileSystemError' }
    if ($Cause -is [TimeoutException]) { return 'TimeoutError' }
    # `throw 'words'`.
    if ($Cause.GetType() -eq [System.Management.Automation.RuntimeException]) { return 'AgentError' }
    return $Cause.GetType().Name
}

# Message, and the line of the script it comes from.
function Get-ErrorText($Record, $Cause = $null) {
    if ($null -eq $Cause) { $Cause = Get-Cause $Record.Exception }
    $message = $Cause.Message
    if ($null -ne $Record.ErrorDetails -and $Record.ErrorDetails.Message) { $message = $Record.ErrorDetails.Message }
    $place = $Record.InvocationInfo
    if ($null -ne $place -and $place.ScriptName -and -not $place.ScriptName.StartsWith($PSScriptRoot)) {
        return "$message`nat $($place.ScriptName): line $($place.ScriptLineNumber): $("$($place.Line)".Trim())"
    }
    # Thrown by .NET or by a function of the worker's: the nearest line of a script.
    foreach ($frame in "$($Record.ScriptStackTrace)".Split("`n")) {
        if ($frame -match '^at .*, (?<file>.+): line (?<line>\d+)\s*$' -and -not $Matches.file.StartsWith($PSScriptRoot) -and
            $Matches.file -ne '<No file>') {
            return "$message`nat $($Matches.file): line $($Matches.line)"
        }
    }
    return $message
}
