# A person's script that behaves well and badly; $Payload.do says how. Without the cmdlets of
# pwsh's own modules, so that PowerShell's engine alone can run it.
$script:Greeting = 'hello'

function Invoke-Deed {
    [CmdletBinding()]
    param($Payload)
    & "Deed-$($Payload.do)" $Payload
}

function Deed-Echo($Payload) { , $Payload.with }
function Deed-Types {
    return @{
        whole = 42; long = 9007199254740993; big = [bigint]::Parse('123456789012345678901234567890')
        real = 0.1; single = [float] 0.1; exact = 1.10d; huge = 79228162514264337593543950335d
        local = [datetime]::SpecifyKind([datetime] '2025-10-07T14:20:00', 'Unspecified')
        utc = [datetime]::new(2025, 10, 7, 14, 20, 0, [DateTimeKind]::Utc); offset = [DateTimeOffset]::new(2025, 10, 7, 14, 20, 0, [timespan]::FromHours(2))
        list = @(1); nested = @(@(1), @(@())); none = @(); missing = $null; yes = $true
        text = "tab`tä⧗👩‍🚀`u{2028}"; day = [DayOfWeek]::Monday; letter = [char] 'x'; nan = [double]::NaN
        object = [pscustomobject] @{ Name = 'n'; Inner = [pscustomobject] @{ a = @(1, $null) } }
        generic = [Collections.Generic.List[int]] @(1, 2); ordered = [ordered] @{ z = 1; a = 2 }
        id = [guid]::Empty; version = [version] '1.2'; span = [timespan]::FromSeconds(90)
    }
}
function Deed-List { return @(1) }
function Deed-Several { 1; 'two'; $null; @{ three = 3 } }
function Deed-Nothing { }
function Deed-Null { return $null }
function Deed-ListOfOne { return , @(1) }
function Deed-File { return [IO.FileInfo]::new($PSCommandPath) }
function Deed-Loop { $a = @{}; $a.self = $a; return $a }
function Deed-About { return @{ greeting = $script:Greeting; root = $PSScriptRoot; place = (Get-Location2); agent = $env:WORKFLOW_AGENT } }
function Get-Location2 { $ExecutionContext.SessionState.Path.CurrentLocation.Path }
function Deed-Kind($Payload) {
    return @{
        dictionary = $Payload -is [Collections.IDictionary]; list = $Payload.list -is [array]; count = $Payload.list.Count
        case = $Payload.LIST.Count; text = $Payload.when -is [string]; big = $Payload.big -is [bigint]; keys = @($Payload.Keys)
        long = $Payload.long + 1
    }
}
function Deed-Noisy {
    [CmdletBinding()] param($Payload)
    $PSCmdlet.WriteWarning('careful')
    $PSCmdlet.WriteVerbose('in detail')
    $PSCmdlet.WriteInformation('by the way', @('PSHOST'))
    $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new('soft'), 'x', 'NotSpecified', $null))
    [Console]::WriteLine('by hand')
    [Console]::Error.WriteLine('to stderr')
    $bytes = [Text.Encoding]::UTF8.GetBytes("past everything`n")
    $out = [Console]::OpenStandardOutput(); $out.Write($bytes, 0, $bytes.Length); $out.Flush()
    $record = [System.Management.Automation.ProgressRecord]::new(1, 'Scanning', 'folder A')
    $record.PercentComplete = 40
    $PSCmdlet.WriteProgress($record)
    return 'done'
}
function Deed-Throw { throw 'bad thing' }
function Deed-Raise($Payload) { throw (New-Object2 $Payload.with) }
function New-Object2([string] $Type) { [Activator]::CreateInstance([type] $Type, [object[]] @('raised')) }
function Deed-Divide { 1 / ($null ?? 0) }
function Deed-Typed { Stop-WorkflowTask -Type PolicyError -Message 'no policy' -Final }
function Deed-Later { Stop-WorkflowTask -Message 'not yet' -RetryAfter 7s }
function Deed-Unknown { Get-NoSuchThing }
function Deed-Exit($Payload) { 'so far'; exit $Payload.with }
function Deed-Die($Payload) { [Console]::Error.WriteLine('last words'); [Environment]::Exit(7) }
function Deed-Large($Payload) { return 'x' * $Payload.with }
function Deed-Shout($Payload) { foreach ($i in 1..$Payload.with) { [Console]::WriteLine("line $i " + 'y' * 1000) } }
function Deed-Sleep { [CmdletBinding()] param($Payload) $PSCmdlet.WriteWarning('sleeping'); while ($true) { [Threading.Thread]::Sleep(20) } }
function Deed-Stuck { [CmdletBinding()] param($Payload) $PSCmdlet.WriteWarning('stuck'); [Threading.Thread]::Sleep([timespan]::FromMinutes(5)) }
function Deed-Leak { $env:LEAK = 'yes'; $env:WORKFLOW_AGENT = 'other'; $global:Leak = 'yes'; $script:Greeting = 'bye'; [Environment]::CurrentDirectory = '/'; function global:Leaked { } }
function Deed-Leaked { return @{ env = $env:LEAK; global = $global:Leak; greeting = $script:Greeting; fn = $null -ne $ExecutionContext.InvokeCommand.GetCommand('Leaked', 'Function'); folder = [Environment]::CurrentDirectory -ne '/' } }
function Deed-Yaml($Payload) { return $Payload.text | ConvertFrom-Yaml }
function Deed-ToYaml($Payload) { return ConvertTo-Yaml $Payload.with }
function Deed-Path($Payload) { return Resolve-WorkflowPath $Payload.with }
function Deed-Native($Payload) { return & $Payload.node -e 'process.stdin.on("data", () => {}).on("end", () => console.log("end of input"))' }
function Deed-Pid { return $PID }
