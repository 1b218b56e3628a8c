# A long-lived worker for powershell agents, in the lines of docs/reference/workers.md: one function
# of a person's script, one task after the other, each in a runspace of its own.
#
# Uses the language, its core cmdlets and .NET only. The worker alone writes lines; what a task
# prints, warns or reports comes by its streams. -Descriptors says that lines come on file descriptor
# 3 and go on 4, so that programs that a task starts can neither read nor write them.
param(
    [string] $Script,
    [string] $Function,
    [string] $Errors = 'Continue',
    [string] $Descriptors = 'no',
    [long] $Limit = 16MB
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion -lt [version] '7.2') {
    [Console]::Error.WriteLine("PowerShell 7.2 or newer is needed, this is $($PSVersionTable.PSVersion): install it from https://aka.ms/powershell")
    [Environment]::Exit(1)
}
. ([IO.Path]::Combine($PSScriptRoot, 'Json.ps1'))
. ([IO.Path]::Combine($PSScriptRoot, 'Script.ps1'))
. ([IO.Path]::Combine($PSScriptRoot, 'Bridge.ps1'))
. ([IO.Path]::Combine($PSScriptRoot, 'Streams.ps1'))

$taskFile = [IO.Path]::Combine($PSScriptRoot, 'Task.ps1')
$utf8 = [Text.UTF8Encoding]::new($false)
$inward, $outward = if ($Descriptors -eq 'yes') {
    foreach ($end in @(3, 'Read'), @(4, 'Write')) {
        $handle = [Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr] $end[0], $false)
        [IO.FileStream]::new($handle, [IO.FileAccess] $end[1], 1, $false)
    }
}
else { [Console]::OpenStandardInput(); [Console]::OpenStandardOutput() }
$reader = [IO.StreamReader]::new($inward, $utf8)
# What is written to the console by hand becomes log lines.
$console = [IO.StringWriter]::new()
[Console]::SetOut([IO.TextWriter]::Synchronized($console))

# Unbound: a block belongs to the runspace that it was written in, these are for every task's.
$spareCommands = @{}
foreach ($name in $WorkflowSpare.Keys) { $spareCommands[$name] = $WorkflowSpare[$name].Ast.GetScriptBlock() }
$bridge = [hashtable]::Synchronized(@{
        Questions = [Collections.Concurrent.ConcurrentQueue[object]]::new()
        Signal = [Threading.AutoResetEvent]::new($false)
        Spare = $spareCommands
    })
$surroundings = [initialsessionstate]::CreateDefault2()
foreach ($name in 'Invoke-WorkflowBridge', 'Stop-WorkflowTask', 'Resolve-WorkflowPath') {
    $definition = (Get-Command $name).Definition
    $surroundings.Commands.Add([System.Management.Automation.Runspaces.SessionStateFunctionEntry]::new($name, $definition))
}
$surroundings.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('WorkflowBridge', $bridge, ''))

function Send-Line([Collections.IDictionary] $Message) {
    $bytes = [WorkflowJson]::Line($Message)
    $outward.Write($bytes.GetBuffer(), 0, [int] $bytes.Length)
    $outward.Flush()
}

# The next task, ready but for its payload: its runspace is open and waits, so that a task costs
# what it does and not what it needs.
function New-Task {
    $task = @{
        Id = 0
        State = [hashtable]::Synchronized(@{
                Go = [Threading.ManualResetEventSlim]::new($false)
                Script = $null; Payload = $null; Loaded = $false; Missing = $false; Done = $false
            })
        Script = $null
        Stopping = $null
        Said = 0
        Calls = @{}
        Runspace = [runspacefactory]::CreateRunspace($surroundings)
        Shell = [powershell]::Create()
    }
    $task.Runspace.Open()
    $task.Shell.Runspace = $task.Runspace
    [void] $task.Shell.AddCommand($taskFile, $false).AddParameter('WorkflowFunction', $Function).
        AddParameter('WorkflowErrors', $Errors).AddParameter('WorkflowState', $task.State)
    $task.Async = $task.Shell.BeginInvoke()
    return $task
}

function Start-Task([int] $Id, $Payload) {
    $script:current = $script:next
    $current.Id = $Id
    try {
        $current.Script = Get-WorkflowScript $Script
        $current.State.Script = $current.Script
        $current.State.Payload = $Payload
        $current.State.Go.Set()
    }
    catch {
        Complete-Task ([ordered] @{ type = 'failure'; id = $Id; error = (Get-Failure $_ $true); output = @{} })
    }
}

# Answers, then clears away: the next task does not wait for that.
function Complete-Task([Collections.IDictionary] $Answer) {
    $task = $current
    Send-Streams $task
    if (-not $IsLinux) { $Answer['memory'] = [Environment]::WorkingSet }
    try {
        $bytes = [WorkflowJson]::Line($Answer)
        if ($bytes.Length -gt $Limit) {
            throw [InvalidOperationException]::new("The output has $($bytes.Length) bytes, $Limit are allowed; write large results to a file and return its path")
        }
    }
    catch {
        $problem = @{ type = 'AgentError'; message = (Get-Cause $_.Exception).Message; retryable = $false }
        $bytes = [WorkflowJson]::Line(@{ type = 'failure'; id = $task.Id; error = $problem; output = @{} })
    }
    $script:current = $null
    $outward.Write($bytes.GetBuffer(), 0, [int] $bytes.Length)
    $outward.Flush()
    if (-not $task.Async.IsCompleted) { $task.Shell.Stop() }
    $task.Shell.Dispose()
    $task.Runspace.Dispose()
    Restore-Process
    $script:next = New-Task
}

# What belongs to the process and not to the runspace: no task sees the last one's.
$environment = [Environment]::GetEnvironmentVariables()
$folder = [Environment]::CurrentDirectory
function Restore-Process {
    $now = [Environment]::GetEnvironmentVariables()
    foreach ($name in @($now.get_Keys()) + @($environment.get_Keys())) {
        if ($now[$name] -ceq $environment[$name]) { continue }
        $was = if ($environment.Contains($name)) { $environment[$name] } else { [NullString]::Value }
        [Environment]::SetEnvironmentVariable($name, $was)
    }
    if ([Environment]::CurrentDirectory -cne $folder) { [Environment]::CurrentDirectory = $folder }
}

# The invocation is over, one way or another.
function Receive-Task {
    $task = $current
    $id = $task.Id
    $failure = $null
    $output = $null
    try {
        $results = $task.Shell.EndInvoke($task.Async)
        $output = if ($results.Count -gt 1) { , @($results) } elseif ($results.Count -eq 1) { , $results[0] }
    }
    catch { $failure = Get-Failure $_ (-not $task.State.Loaded) }
    $code = if ($null -eq $failure -and -not $task.State.Done) { $task.Runspace.SessionStateProxy.GetVariable('LASTEXITCODE') }
    if ($null -ne $task.Stopping) { $failure = @{ type = 'AgentError'; message = "Stopped: $($task.Stopping)" } }
    elseif ($task.State.Missing) {
        $known = $task.Script.Functions -join ', '
        $failure = @{ type = 'AgentError'; retryable = $false; message = "There is no function $Function in $($task.Script.Path); it has $known. Correct the agent's function in .3ox/agents.yaml" }
    }
    elseif ($null -eq $failure -and -not $task.State.Done -and $code -ne 0) {
        $failure = @{ type = 'AgentError'; message = "The script called exit $code" }
        $output = [ordered] @{ exit_code = $code }
    }
    if ($null -eq $failure) { Complete-Task ([ordered] @{ type = 'result'; id = $id; output = $output }) }
    else {
        $kept = if ($output -is [Collections.IDictionary]) { $output } else { @{} }
        Complete-Task ([ordered] @{ type = 'failure'; id = $id; error = $failure; output = $kept })
    }
}

function Receive-Line([string] $Line) {
    if ($Line.Trim() -eq '') { return }
    $document = [WorkflowJson]::Parse($Line)
    try {
        $root = $document.RootElement
        $id = $root.GetProperty('id').GetInt32()
        $mine = $null -ne $current -and $current.Id -eq $id
        switch ($root.GetProperty('type').GetString()) {
            'task' { Start-Task $id ([WorkflowJson]::Read($root.GetProperty('payload'))) }
            'cancel' {
                if ($mine) {
                    $current.Stopping = $root.GetProperty('reason').GetString()
                    [void] $current.Shell.BeginStop($null, $null)
                }
            }
            'answer' {
                $answer = [WorkflowJson]::Read($root)
                if ($mine -and $current.Calls.Contains($answer['call'])) {
                    $current.Calls[$answer['call']].Add($answer)
                    $current.Calls.Remove($answer['call'])
                }
            }
        }
    }
    finally { $document.Dispose() }
}

# What the task asks of the bridge.
function Send-Questions {
    $question = $null
    while ($bridge.Questions.TryDequeue([ref] $question)) {
        $script:lastCall++
        $current.Calls[$lastCall] = $question.Reply
        Send-Line ([ordered] @{ type = 'call'; id = $current.Id; call = $lastCall; method = $question.Method; params = $question.Parameters })
    }
}

$current = $null
$lastCall = 0
$next = New-Task
Send-Line @{ type = 'hello'; runtime = "PowerShell $($PSVersionTable.PSVersion)" }
$read = $reader.ReadLineAsync()
while ($true) {
    if ($null -eq $current) { [void] $read.GetAwaiter().GetResult() }
    else {
        $handles = [Threading.WaitHandle[]] @(([IAsyncResult] $read).AsyncWaitHandle, $current.Async.AsyncWaitHandle, $bridge.Signal)
        [void] [Threading.WaitHandle]::WaitAny($handles, 40)
        Send-Questions
        Send-Streams $current
    }
    if ($read.IsCompleted) {
        $line = $read.GetAwaiter().GetResult()
        # Nobody speaks to it any more.
        if ($null -eq $line) { [Environment]::Exit(0) }
        $read = $reader.ReadLineAsync()
        Receive-Line $line
    }
    if ($null -ne $current -and $current.Async.IsCompleted) { Receive-Task }
}
