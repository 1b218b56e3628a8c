# The contract's acts as a PowerShell function; with nothing but the language and .NET, so that
# PowerShell's engine alone can run it.
function Invoke-Act {
    [CmdletBinding()]
    param($Task)

    switch ($Task['act']) {
        'echo' { return @{ value = $Task['value'] } }
        'digits' {
            return @{ value = @([long] 9007199254740993, [bigint]::Parse('123456789012345678901234567890')) }
        }
        'fail' {
            $problem = $Task['error']
            Stop-WorkflowTask -Type $problem['type'] -Message $problem['message'] -Final:(-not $problem['retryable'])
        }
        'break' { throw 'the disk is full' }
        'say' {
            $PSCmdlet.WriteInformation('one ⧗ thing', [string[]] @())
            $PSCmdlet.WriteWarning('another')
            return @{ said = $true }
        }
        'progress' {
            $record = [Management.Automation.ProgressRecord]::new(1, 'a quarter ⧗', ' ')
            $record.PercentComplete = 25
            $PSCmdlet.WriteProgress($record)
            while (-not [IO.File]::Exists($Task['mark'])) { [Threading.Thread]::Sleep(20) }
            return @{ done = $true }
        }
        'hang' {
            while ($true) {
                [IO.File]::AppendAllText($Task['mark'], '.')
                [Threading.Thread]::Sleep(20)
            }
        }
        'die' {
            [Console]::Error.WriteLine('my last words')
            [Diagnostics.Process]::GetCurrentProcess().Kill()
            [Threading.Thread]::Sleep(10000)
        }
        'rubbish' {
            [Console]::Out.WriteLine('%%% not an answer')
            return @{ printed = $true }
        }
        'huge' { return @{ text = 'ä' * ($Task['bytes'] / 2) } }
    }
}
