# The inventory agents as PowerShell functions, with the outputs of the built-in ones; see
# docs/reference/inventory-agents.md for what goes in and comes out. The language, its core cmdlets
# and .NET only. Paths and patterns are judged by the bridge, so that both kinds judge alike.
#
# Long because it is one file to copy: an agent names one script, which a station may have far from
# the bridge and change; its functions share their reading of payloads and their ways to fail.

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Names = @{
    Scan = 'FILE_SCANNER_AGENT'
    Policy = 'POLICY_LOADER_AGENT'
    Compliance = 'COMPLIANCE_VALIDATOR_AGENT'
    Recommendation = 'RECOMMENDATION_AGENT'
}

<#
.SYNOPSIS
    Lists the files of a folder of the station with size, time and SHA-256.
.DESCRIPTION
    The work of FILE_SCANNER_AGENT. `incremental` has no effect: every file is read.
.PARAMETER Payload
    folder, scan_options.
.EXAMPLE
    Invoke-FileScan @{ folder = '0UT.3OX' }
#>
function Invoke-FileScan {
    [CmdletBinding()]
    [OutputType([Collections.IDictionary])]
    param([Parameter(Mandatory)] [Collections.IDictionary] $Payload)
    $started = [datetime]::UtcNow
    $folder = Get-Given $Payload 'folder' $Names.Scan ([string])
    $given = Get-Given $Payload 'scan_options' $Names.Scan ([Collections.IDictionary]) @{}
    $options = @{ exclude = [string[]] (Get-Given $given 'exclude' $Names.Scan ([array]) @()) }
    foreach ($name in 'include_hidden', 'follow_symlinks', 'skip_unreadable', 'include_outputs') {
        $options[$name] = Get-Given $given $name $Names.Scan ([bool]) $false
    }
    foreach ($name in 'recursive', 'calculate_checksums') {
        $options[$name] = Get-Given $given $name $Names.Scan ([bool]) $true
    }
    $most = Get-Given $given 'inline_entries' $Names.Scan ([int]) 5000
    $root = Resolve-WorkflowPath $folder
    $place = [IO.Path]::GetRelativePath($env:WORKFLOW_STATION, $root).Replace('\', '/')
    if ([IO.File]::Exists($root)) {
        Stop-WorkflowTask -Final -Type FileSystemError -Message "Scanning $folder`: `"$folder`" is a file, not a folder; name the folder to scan"
    }
    if (-not [IO.Directory]::Exists($root)) {
        Stop-WorkflowTask -Final -Type FileSystemError -Message "Scanning $folder`: Opening the folder `"$folder`" failed: it does not exist; check the name and its case"
    }
    $real = Invoke-WorkflowBridge -Method real_paths -Parameters @{ paths = [string[]] @($root, $env:WORKFLOW_STATION) }
    $walk = @{
        Options = $options
        Own = [string[]] @(
            if (-not $options.include_outputs) { 'VALIDATION.RECEIPT.yaml', 'FILE.MANIFEST.txt', 'FILE.STATE.LOG' }
            # The engine writes to the workspace while the station itself is being scanned.
            if ($place -eq '.') { '.3ox' }
        )
        Folder = $folder
        Station = $real[1]['path']
        Files = [Collections.Generic.List[object]]::new()
        Folders = [Collections.Generic.List[object]]::new()
        Skipped = [Collections.Generic.List[object]]::new()
        Links = [Collections.Generic.List[object]]::new()
        Seen = [Collections.Generic.HashSet[string]]::new()
    }
    # Real folders first: what a link also leads to is listed under its real name.
    Add-Folder $walk $real[0]['path'] ''
    while ($walk.Links.Count -gt 0) {
        $links = Sort-ByBytes $walk.Links { param($link) $link.Path }
        $walk.Links = [Collections.Generic.List[object]]::new([object[]] @($links | Where-Object { $_ -ne $links[0] }))
        Add-Link $walk $links[0]
    }
    $size = 0L
    $list = [Collections.Generic.List[object]]::new()
    $told = [Diagnostics.Stopwatch]::StartNew()
    foreach ($file in (Sort-ByBytes $walk.Files { param($file) $file.Path })) {
        $entry = Get-FileEntry $walk $file
        if ($null -eq $entry) { continue }
        $list.Add($entry)
        $size += $entry['size']
        if ($told.ElapsedMilliseconds -gt 250) {
            $told.Restart()
            Write-Far $PSCmdlet -1 "$($list.Count) files"
        }
    }
    Write-Far $PSCmdlet 100 "$($list.Count) files in $(if ($place -eq '.') { 'the station' } else { $place })"
    return [ordered] @{
        folder = $place
        file_list = Limit-List $list $most
        folder_list = Limit-List (Sort-ByBytes $walk.Folders { param($path) $path }) $most
        skipped = Limit-List (Sort-ByBytes $walk.Skipped { param($entry) $entry['path'] }) $most
        total_files = $list.Count
        total_size = $size
        unchanged_files = 0
        scan_timestamp = Get-Iso $started
        scan_duration = [long] ([datetime]::UtcNow - $started).TotalMilliseconds
    }
}

# One folder and all below it.
function Add-Folder($Walk, [string] $Absolute, [string] $Path) {
    $waiting = [Collections.Generic.Stack[object]]::new()
    $waiting.Push(@($Absolute, $Path))
    while ($waiting.Count -gt 0) {
        $place = $waiting.Pop()
        if (-not $Walk.Seen.Add($place[0])) { continue }
        try { $entries = @([IO.DirectoryInfo]::new($place[0]).EnumerateFileSystemInfos('*', $AllEntries)) }
        catch { Add-Unreadable $Walk (Get-Inner $_.Exception) $place[1]; continue }
        $prefix = if ($place[1] -eq '') { '' } else { "$($place[1])/" }
        $found = @(foreach ($entry in $entries) { @{ Path = "$prefix$($entry.Name)"; Info = $entry } })
        $empty = [Collections.Generic.List[object]]::new()
        foreach ($one in (Select-Included $Walk $found)) {
            $info = $one.Info
            if ($null -ne $info.LinkTarget) {
                if ($Walk.Options.follow_symlinks) { $Walk.Links.Add(@{ Path = $one.Path; Absolute = $info.FullName }) }
                else { Add-Skipped $Walk $one.Path 'symbolic link; follow_symlinks is off' }
            }
            elseif ($info -is [IO.DirectoryInfo]) {
                $Walk.Folders.Add($one.Path)
                if ($Walk.Options.recursive) { $waiting.Push(@($info.FullName, $one.Path)) }
            }
            elseif ($info.Length -eq 0) { $empty.Add($one) }
            else { $Walk.Files.Add(@{ Path = $one.Path; Absolute = $info.FullName; Info = $info }) }
        }
        if ($empty.Count -gt 0) { Add-Empty $Walk $empty }
    }
}

# Pipes, sockets and devices look empty, and reading one may wait for ever.
function Add-Empty($Walk, $Empty) {
    $paths = [string[]] @($Empty | ForEach-Object { $_.Info.FullName })
    $found = Invoke-WorkflowBridge -Method real_paths -Parameters @{ paths = $paths }
    for ($at = 0; $at -lt $Empty.Count; $at++) {
        $one = $Empty[$at]
        switch ($found[$at]['kind']) {
            'file' { $Walk.Files.Add(@{ Path = $one.Path; Absolute = $one.Info.FullName; Info = $one.Info }) }
            'other' { Add-Skipped $Walk $one.Path 'not a regular file' }
        }
    }
}

function Add-Link($Walk, $Link) {
    try { [void] (Resolve-WorkflowPath ([IO.Path]::GetRelativePath($Walk.Station, $Link.Absolute))) }
    catch { Add-Skipped $Walk $Link.Path (Get-Inner $_.Exception).Message; return }
    $target = (Invoke-WorkflowBridge -Method real_paths -Parameters @{ paths = [string[]] @($Link.Absolute) })[0]
    $absolute = $target['path']
    if ($absolute -ceq $Walk.Station) { Add-Skipped $Walk $Link.Path 'leads to the station itself'; return }
    switch ($target['kind']) {
        'file' { $Walk.Files.Add(@{ Path = $Link.Path; Absolute = $absolute; Info = [IO.FileInfo]::new($absolute) }) }
        'folder' {
            if ($Walk.Seen.Contains($absolute)) { Add-Skipped $Walk $Link.Path 'symbolic link to a folder that is listed already' }
            else {
                $Walk.Folders.Add($Link.Path)
                if ($Walk.Options.recursive) { Add-Folder $Walk $absolute $Link.Path }
            }
        }
        'other' { Add-Skipped $Walk $Link.Path 'not a regular file' }
        default { Add-Skipped $Walk $Link.Path 'leads nowhere' }
    }
}

# Without what a scan leaves out by itself, and what it was told to.
function Select-Included($Walk, $Found) {
    $kept = @($Found | Where-Object {
            $_.Path -cnotin $Walk.Own -and ($Walk.Options.include_hidden -or -not $_.Info.Name.StartsWith('.'))
        })
    if ($Walk.Options.exclude.Count -eq 0 -or $kept.Count -eq 0) { return $kept }
    $matched = Invoke-WorkflowBridge -Method match_patterns -Parameters @{
        patterns = $Walk.Options.exclude; paths = [string[]] @($kept | ForEach-Object { $_.Path })
    }
    for ($at = 0; $at -lt $kept.Count; $at++) {
        if (-not (@($matched | ForEach-Object { $_[$at] }) -contains $true)) { $kept[$at] }
    }
}

function Add-Skipped($Walk, [string] $Path, [string] $Reason) {
    $Walk.Skipped.Add([ordered] @{ path = $Path; reason = $Reason })
}

# Fails the scan, or notes what could not be read. What is gone by now is no news.
function Add-Unreadable($Walk, [Exception] $Problem, [string] $Path) {
    if ($Path -ne '' -and ($Problem -is [IO.FileNotFoundException] -or $Problem -is [IO.DirectoryNotFoundException])) { return }
    $denied = $Problem -is [UnauthorizedAccessException]
    $why = if ($denied) { 'permission denied; give the account that runs the agents the right to it' } else { $Problem.Message }
    $name = if ($Path -eq '') { '.' } else { $Path }
    $message = "Reading `"$name`" failed: $why"
    if ($Walk.Options.skip_unreadable -and $Path -ne '') { Add-Skipped $Walk $Path $message }
    else {
        $type = if ($denied) { 'PermissionError' } else { 'FileSystemError' }
        Stop-WorkflowTask -Type $type -Final:$denied -Message "Scanning $($Walk.Folder): $message"
    }
}

# A file as it is reported; nothing when it is left out. Read again when it changes meanwhile.
function Get-FileEntry($Walk, $File) {
    $info = $File.Info
    $sha256 = $null
    if ($Walk.Options.calculate_checksums) {
        foreach ($try in 1..3) {
            try {
                $info = [IO.FileInfo]::new($File.Absolute)
                $before = "$($info.Length) $($info.LastWriteTimeUtc.Ticks)"
                $stream = [IO.FileStream]::new($File.Absolute, [IO.FileMode]::Open, [IO.FileAccess]::Read, $ShareAll)
                try { $sha256 = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)).ToLowerInvariant() }
                finally { $stream.Dispose() }
                $info.Refresh()
                if ($before -ceq "$($info.Length) $($info.LastWriteTimeUtc.Ticks)") { break }
            }
            catch { Add-Unreadable $Walk (Get-Inner $_.Exception) $File.Path; return }
            if ($try -eq 3) {
                Stop-WorkflowTask -Type FileSystemError -Message "Scanning $($Walk.Folder): Reading `"$($File.Path)`" failed: it keeps changing while it is read"
            }
        }
    }
    return [ordered] @{
        path = $File.Path
        name = $File.Path.Substring($File.Path.LastIndexOf('/') + 1)
        size = $info.Length
        modified = Get-Iso $info.LastWriteTimeUtc
        sha256 = $sha256
    }
}

<#
.SYNOPSIS
    Reads a policy of the station for one validation level.
.DESCRIPTION
    The work of POLICY_LOADER_AGENT.
.PARAMETER Payload
    policy, validation_level.
.EXAMPLE
    Invoke-PolicyLoad @{ policy = '.3ox.index/POLICY/INVENTORY.POLICY.md'; validation_level = 'comprehensive' }
#>
function Invoke-PolicyLoad {
    [CmdletBinding()]
    [OutputType([Collections.IDictionary])]
    param([Parameter(Mandatory)] [Collections.IDictionary] $Payload)
    $file = Get-Given $Payload 'policy' $Names.Policy ([string])
    $level = Get-Given $Payload 'validation_level' $Names.Policy ([string]) 'standard'
    if ($level -cnotin 'minimal', 'standard', 'comprehensive') {
        Stop-Input $Names.Policy 'validation_level: expected minimal, standard or comprehensive'
    }
    $absolute = Resolve-WorkflowPath $file
    $place = [IO.Path]::GetRelativePath($env:WORKFLOW_STATION, $absolute).Replace('\', '/')
    if (-not [IO.File]::Exists($absolute)) {
        $why = if ([IO.Directory]::Exists($absolute)) { "$place is not a file; name a policy document" }
        else { "Reading the policy `"$place`" failed: it does not exist; check the name and its case, or name another policy file" }
        Stop-Policy $why
    }
    $size = [IO.FileInfo]::new($absolute).Length
    if ($size -gt 1MB) { Stop-Policy "$place is $size bytes, too large for a policy (1 MiB); name another file" }
    $bytes = [IO.File]::ReadAllBytes($absolute)
    $text = [Text.Encoding]::UTF8.GetString($bytes).TrimStart([char] 0xFEFF)
    $policy = Read-Policy $text $place
    $all = $level -ceq 'comprehensive'
    $some = $level -cne 'minimal'
    Write-Far $PSCmdlet 100 "policy $place, version $(if ($null -eq $policy.Version) { 'not given' } else { $policy.Version }), $level"
    return [ordered] @{
        policy_file = $place
        policy_version = $policy.Version
        policy_sha256 = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
        validation_level = $level
        required_files = $policy.Files
        required_folders = [object[]] @(if ($some) { $policy.Folders })
        forbidden_patterns = [object[]] @(if ($some) { $policy.Patterns })
        policy_rules = [object[]] @(if ($all) { $policy.Rules })
    }
}

function Read-Policy([string] $Text, [string] $File) {
    $keys = 'required_files', 'required_folders', 'forbidden_patterns', 'rules'
    $merged = [ordered] @{}
    $isPolicy = $false
    # Front matter wins key by key, then earlier blocks.
    foreach ($part in (Get-YamlPart $Text ($File -imatch '\.(md|markdown)$'))) {
        try { $map = Invoke-WorkflowBridge -Method parse_yaml -Parameters @{ text = $part } }
        catch { Stop-Policy "$File`: the YAML cannot be read: $((Get-Inner $_.Exception).Message). Correct it and retry" }
        if ($map -isnot [Collections.IDictionary]) { continue }
        foreach ($entry in $map.GetEnumerator()) {
            if ($entry.Key -cin $keys) { $isPolicy = $true }
            if (-not $merged.Contains($entry.Key)) { $merged.Add($entry.Key, $entry.Value) }
        }
    }
    if (-not $isPolicy) {
        Stop-Policy "$File`:1: no policy found; give it YAML front matter (between two --- lines), a ``````yaml block or plain YAML with $($keys -join ', ')"
    }
    $version = $merged['version']
    if ($null -ne $version -and $version -isnot [string] -and $version -isnot [ValueType]) { Stop-Policy "$File`: version: expected a number or a text. Correct the policy and retry" }
    return @{
        Version = $version
        Files = Read-PathList $merged['required_files'] 'required_files' $File
        Folders = Read-PathList $merged['required_folders'] 'required_folders' $File
        Patterns = Read-TextList $merged['forbidden_patterns'] 'forbidden_patterns' $File
        Rules = Read-RuleList $merged['rules'] $File
    }
}

# The YAML parts of a document: front matter and fenced blocks of Markdown, or the whole of it.
function Get-YamlPart([string] $Text, [bool] $Markdown) {
    $banner = [regex] '^\s*(///?[\u2580-\u259F]|[\u2580-\u259F]+//|[\u2580-\u259F]+\u2331|\u3014|[\u2582\u2599\u259B\u259E\u2596\u2598]{2,})'
    $lines = [string[]] @(foreach ($line in ($Text -split '\r?\n')) { if ($banner.IsMatch($line)) { '' } else { $line } })
    $parts = [Collections.Generic.List[string]]::new()
    $start = [Array]::FindIndex($lines, [Predicate[string]] { param($line) $line.Trim() -ne '' })
    if ($start -ge 0 -and $lines[$start].TrimEnd() -ceq '---') {
        $end = [Array]::FindIndex($lines, $start + 1, [Predicate[string]] { param($line) $line -cmatch '^(---|\.\.\.)\s*$' })
        if ($end -gt $start) { $parts.Add((($lines[($start + 1)..($end - 1)]) -join "`n")) }
    }
    if (-not $Markdown) {
        if ($parts.Count -eq 0) { $parts.Add($lines -join "`n") }
        return , $parts.ToArray()
    }
    $open = $null
    for ($at = 0; $at -lt $lines.Count; $at++) {
        if ($lines[$at] -cnotmatch '^\s{0,3}(?<mark>`{3,}|~{3,})\s*(?<language>[A-Za-z]*)') { continue }
        if ($null -eq $open) { $open = @{ Mark = $Matches.mark; At = $at + 1; Yaml = $Matches.language -in 'yaml', 'yml' } }
        elseif ($Matches.mark.StartsWith($open.Mark) -and $Matches.language -eq '') {
            if ($open.Yaml) { $parts.Add($(if ($at -gt $open.At) { $lines[$open.At..($at - 1)] -join "`n" } else { '' })) }
            $open = $null
        }
    }
    if ($parts.Count -eq 0) { $parts.Add($lines -join "`n") }
    return , $parts.ToArray()
}

function Read-TextList($Given, [string] $Key, [string] $File) {
    if ($null -eq $Given) { return , [object[]] @() }
    if ($Given -isnot [array] -or @($Given | Where-Object { $_ -isnot [string] -or $_ -eq '' }).Count -gt 0) {
        Stop-Policy "$File`: $Key`: expected a list of texts. Correct the policy and retry"
    }
    return , [object[]] $Given
}

function Read-PathList($Given, [string] $Key, [string] $File) {
    $paths = foreach ($text in (Read-TextList $Given $Key $File)) {
        $path = ($text.Replace('\', '/') -creplace '^(\.?/)+', '') -creplace '/+$', ''
        if ($path -eq '') { Stop-Policy "$File`: $Key`: expected a path relative to the validated folder. Correct the policy and retry" }
        $path
    }
    return , [object[]] @($paths)
}

# Rules in their long form: a map from rule to value, or a list of texts (not checked), one-key maps and long forms.
function Read-RuleList($Given, [string] $File) {
    if ($null -eq $Given) { return , [object[]] @() }
    $entries = if ($Given -is [Collections.IDictionary]) {
        foreach ($entry in $Given.GetEnumerator()) { [ordered] @{ rule = $entry.Key; value = $entry.Value } }
    }
    elseif ($Given -is [array]) {
        foreach ($rule in $Given) {
            if ($rule -is [string]) { continue }
            if ($rule -is [Collections.IDictionary] -and -not $rule.Contains('rule') -and $rule.Count -eq 1) {
                foreach ($entry in $rule.GetEnumerator()) { [ordered] @{ rule = $entry.Key; value = $entry.Value } }
            }
            else { $rule }
        }
    }
    else { Stop-Policy "$File`: rules: expected a list of rules. Correct the policy and retry" }
    $rules = foreach ($rule in @($entries)) {
        $wrong = { param($why) Stop-Policy "$File`: rules: $why. Correct the policy and retry" }
        if ($rule -isnot [Collections.IDictionary] -or $rule['rule'] -cnotin $RuleNames) { & $wrong "unknown rule; there are $($RuleNames -join ', ')" }
        $value = $rule['value']
        $read = [ordered] @{ rule = $rule['rule'] }
        switch -CaseSensitive ($rule['rule']) {
            { $_ -cin 'max_file_size', 'max_total_size' } { $read['value'] = Read-Size $value; if ($null -eq $read['value']) { & $wrong 'expected a size such as 500KB, 10MB or a number of bytes' } }
            'max_files' { if ($value -isnot [int] -or $value -lt 0) { & $wrong 'expected a whole number' }; $read['value'] = $value }
            { $_ -cin 'no_empty_files', 'no_duplicates' } { if ($null -ne $value -and $value -ne $true) { & $wrong 'expected true' }; $read['value'] = $true }
            { $_ -cin 'allowed_extensions', 'name_pattern' } {
                $texts = [object[]] @($value)
                if ($texts.Count -eq 0 -or @($texts | Where-Object { $_ -isnot [string] -or $_ -eq '' }).Count -gt 0) { & $wrong 'expected a text or a list of texts' }
                $read['value'] = $texts
            }
        }
        foreach ($key in 'files', 'message') { if ($null -ne $rule[$key]) { $read[$key] = [string] $rule[$key] } }
        $read
    }
    return , [object[]] @($rules)
}

# Bytes of `500KB`, `10MB` or a number; KB and KiB both count 1024. Nothing when it is no size.
function Read-Size($Given) {
    if ($Given -is [int] -or $Given -is [long]) { if ($Given -ge 0) { return [long] $Given }; return }
    if ("$Given" -inotmatch '^(?<count>\d+(\.\d+)?)\s*(((?<unit>[KMGT])i?)?B?)$') { return }
    $unit = if ($Matches.Contains('unit')) { ' KMGT'.IndexOf($Matches.unit.ToUpperInvariant()) } else { 0 }
    $count = [double]::Parse($Matches.count, [cultureinfo]::InvariantCulture)
    return [long] [Math]::Round($count * [Math]::Pow(1024, $unit), [MidpointRounding]::AwayFromZero)
}

<#
.SYNOPSIS
    Says whether a scanned folder keeps a loaded policy.
.DESCRIPTION
    The work of COMPLIANCE_VALIDATOR_AGENT.
.PARAMETER Payload
    file_list, folder_list, strict_mode, and the loader's output, whole as policy or its keys at the top.
.EXAMPLE
    Invoke-ComplianceValidation @{ file_list = @('a.txt'); required_files = @('INDEX.md') }
#>
function Invoke-ComplianceValidation {
    [CmdletBinding()]
    [OutputType([Collections.IDictionary])]
    param([Parameter(Mandatory)] [Collections.IDictionary] $Payload)
    $given = @{}
    if ($Payload['policy'] -is [Collections.IDictionary]) { foreach ($entry in $Payload['policy'].GetEnumerator()) { $given[$entry.Key] = $entry.Value } }
    foreach ($entry in $Payload.GetEnumerator()) { $given[$entry.Key] = $entry.Value }
    $files = Read-FileList $given['file_list']
    $folders = Read-NameList $given['folder_list']
    $strict = Get-Given $given 'strict_mode' $Names.Compliance ([bool]) $false
    $lists = @{}
    foreach ($key in 'required_files', 'required_folders', 'forbidden_patterns') {
        $list = Get-Given $given $key $Names.Compliance ([array]) @()
        $lists[$key] = [string[]] [Linq.Enumerable]::ToArray([Linq.Enumerable]::Distinct([string[]] $list))
    }
    $rules = try { Read-RuleList $given['policy_rules'] 'payload' } catch { Stop-Input $Names.Compliance "policy_rules: $((Get-Inner $_.Exception).Message)" }
    $severity = if ($strict) { 'error' } else { 'warning' }
    $paths = [string[]] @(foreach ($file in $files) { $file.Path })
    $there = [Collections.Generic.HashSet[string]]::new($paths)
    $known = [Collections.Generic.HashSet[string]]::new([string[]] $folders)
    foreach ($path in $paths) {
        for ($at = $path.IndexOf('/'); $at -ge 0; $at = $path.IndexOf('/', $at + 1)) { [void] $known.Add($path.Substring(0, $at)) }
    }
    $missingFiles = [string[]] @($lists.required_files | Where-Object { -not $there.Contains($_) })
    $missingFolders = [string[]] @($lists.required_folders | Where-Object { -not $known.Contains($_) })
    $violations = [Collections.Generic.List[object]]::new()
    foreach ($path in $missingFiles) { $violations.Add((Get-Violation 'missing_file' $path $null 'error' "required file $path is missing")) }
    foreach ($path in $missingFolders) { $violations.Add((Get-Violation 'missing_folder' $path $null 'error' "required folder $path is missing")) }
    $met = $lists.required_files.Count - $missingFiles.Count + $lists.required_folders.Count - $missingFolders.Count
    $forbidden = [Collections.Generic.List[string]]::new()
    $matched = Get-Match $lists.forbidden_patterns $paths
    for ($at = 0; $at -lt $lists.forbidden_patterns.Count; $at++) {
        $pattern = $lists.forbidden_patterns[$at]
        $found = @(for ($file = 0; $file -lt $paths.Count; $file++) { if ($matched[$at][$file]) { $paths[$file] } })
        if ($found.Count -eq 0) { $met++ }
        foreach ($path in @($found | Select-Most)) {
            $forbidden.Add($path)
            $violations.Add((Get-Violation 'forbidden_file' $path $pattern $severity "$path is forbidden by the pattern $pattern"))
        }
        if ($found.Count -gt $MostFindings) { $violations.Add((Get-Violation 'forbidden_file' $null $pattern $severity "and $($found.Count - $MostFindings) more files are forbidden by the pattern $pattern")) }
    }
    foreach ($rule in $rules) {
        $scope = if ($rule.Contains('files')) { $rule['files'] }
        $findings = @(Get-Finding $rule $files $paths)
        if ($findings.Count -eq 0) { $met++ }
        foreach ($finding in $findings) {
            $message = if ($rule.Contains('message') -and -not $finding.More) { $rule['message'] } else { $finding.Message }
            $violations.Add((Get-Violation $rule['rule'] $finding.Path $scope $severity $message))
        }
    }
    $total = $lists.required_files.Count + $lists.required_folders.Count + $lists.forbidden_patterns.Count + $rules.Count
    $score = if ($total -eq 0) { 100 } else { [int] [Math]::Floor(100 * $met / $total + 0.5) }
    $status = if ($violations.Count -eq 0) { 'PASS' } elseif (@($violations | Where-Object { $_['severity'] -eq 'error' }).Count -gt 0) { 'FAIL' } else { 'PARTIAL' }
    Write-Far $PSCmdlet 100 "$status, score $score, $($violations.Count) violations"
    $distinct = [object[]] [Linq.Enumerable]::ToArray([Linq.Enumerable]::Distinct([string[]] $forbidden.ToArray()))
    return [ordered] @{
        compliance_status = $status
        compliance_score = $score
        violations = $violations.ToArray()
        missing_files = $missingFiles
        missing_folders = $missingFolders
        forbidden_files = Sort-ByBytes $distinct { param($path) $path }
        checks = [ordered] @{ met = $met; total = $total }
        strict_mode = $strict
    }
}

function Get-Violation($Kind, $Path, $Pattern, $Severity, $Message) {
    [ordered] @{ kind = $Kind; path = $Path; pattern = $Pattern; severity = $Severity; message = $Message }
}

# What one rule has against the files.
function Get-Finding($Rule, $Files, [string[]] $Paths) {
    $inScope = if ($Rule.Contains('files')) { (Get-Match @($Rule['files']) $Paths)[0] }
    $value = $Rule['value']
    $endings = @(if ($Rule['rule'] -ceq 'allowed_extensions') { foreach ($ending in $value) { if ($ending.StartsWith('.')) { $ending } else { ".$ending" } } })
    $named = if ($Rule['rule'] -ceq 'name_pattern') { Get-Match $value $Paths }
    $first = [Collections.Generic.Dictionary[string, string]]::new()
    $sum = 0L
    $count = 0
    $found = @(for ($at = 0; $at -lt $Files.Count; $at++) {
            if ($null -ne $inScope -and -not $inScope[$at]) { continue }
            $file = $Files[$at]
            $count++
            $sum += if ($null -eq $file.Size) { 0 } else { $file.Size }
            $what = switch -CaseSensitive ($Rule['rule']) {
                'max_file_size' { if ($file.Size -gt $value) { "has $($file.Size) bytes, more than $value" } }
                'no_empty_files' { if ($null -ne $file.Size -and $file.Size -eq 0) { 'is empty' } }
                'no_duplicates' {
                    if ($null -ne $file.Sha256 -and $file.Size -ne 0) {
                        if ($first.ContainsKey($file.Sha256)) { "has the same content as $($first[$file.Sha256])" }
                        else { $first[$file.Sha256] = $file.Path }
                    }
                }
                'allowed_extensions' {
                    $ends = $false
                    foreach ($ending in $endings) { if ($file.Path.EndsWith($ending, [StringComparison]::Ordinal)) { $ends = $true } }
                    if (-not $ends) { "does not end in $($endings -join ' or ')" }
                }
                'name_pattern' { if (-not (@($named | ForEach-Object { $_[$at] }) -contains $true)) { "is not named like $($value -join ' or ')" } }
            }
            if ($null -ne $what) { @{ Path = $file.Path; Message = "$($file.Path) $what"; More = $false } }
        })
    $found | Select-Most
    if ($found.Count -gt $MostFindings) { @{ Path = $null; Message = "and $($found.Count - $MostFindings) more files are against the rule $($Rule['rule'])"; More = $true } }
    if ($Rule['rule'] -ceq 'max_total_size' -and $sum -gt $value) { @{ Path = $null; Message = "the folder has $sum bytes, more than $value"; More = $false } }
    if ($Rule['rule'] -ceq 'max_files' -and $count -gt $value) { @{ Path = $null; Message = "the folder has $count files, more than $value"; More = $false } }
}

# A folder in which everything is wrong must not make an answer as large as itself.
filter Select-Most { begin { $taken = 0 } process { if ($taken++ -lt $MostFindings) { $_ } } }

# For each pattern, for each path, whether it matches.
function Get-Match([string[]] $Patterns, [string[]] $Paths) {
    if ($Patterns.Count -eq 0) { return , @() }
    return Invoke-WorkflowBridge -Method match_patterns -Parameters @{ patterns = $Patterns; paths = $Paths }
}

<#
.SYNOPSIS
    Says how to mend violations.
.DESCRIPTION
    The work of RECOMMENDATION_AGENT.
.PARAMETER Payload
    violations.
.EXAMPLE
    Get-ComplianceRecommendation @{ violations = $compliance.violations }
#>
function Get-ComplianceRecommendation {
    [CmdletBinding()]
    [OutputType([Collections.IDictionary])]
    param([Parameter(Mandatory)] [Collections.IDictionary] $Payload)
    $violations = Get-Given $Payload 'violations' $Names.Recommendation ([array]) @()
    $fixes = @(foreach ($violation in $violations) {
            if ($violation -isnot [Collections.IDictionary] -or $violation['kind'] -isnot [string]) { Stop-Input $Names.Recommendation 'violations: expected a list of violations with a kind' }
            $name = if ($null -eq $violation['path']) { 'the folder' } else { $violation['path'] }
            $pattern = if ($null -eq $violation['pattern']) { 'the policy' } else { $violation['pattern'] }
            $message = if ($null -eq $violation['message']) { 'its name is not allowed' } else { $violation['message'] }
            $action, $text, $auto = switch -CaseSensitive ($violation['kind']) {
                'missing_file' { 'add_file', "Add the required file $name", $false }
                'missing_folder' { 'create_folder', "Create the required folder $name", $true }
                'forbidden_file' { 'move_out', "Move $name out: $pattern forbids it", $true }
                'no_empty_files' { 'fill_or_remove', "Fill or remove the empty file $name", $false }
                'no_duplicates' { 'remove_copy', "Remove $name or the file it copies", $false }
                'max_file_size' { 'make_smaller', "Split or compress $name", $false }
                { $_ -cin 'name_pattern', 'allowed_extensions' } { 'rename', "Rename $name`: $message", $false }
                default { 'review', "Look at $name`: $(if ($null -eq $violation['message']) { $violation['kind'] } else { $message })", $false }
            }
            @{ Auto = $auto; Text = $text; Fix = [ordered] @{ kind = $violation['kind']; path = $violation['path']; action = $action } }
        })
    Write-Far $PSCmdlet 100 "$($fixes.Count) recommendations"
    return [ordered] @{
        recommendations = [object[]] @($fixes | ForEach-Object { $_.Text })
        auto_fixable = [object[]] @($fixes | Where-Object { $_.Auto } | ForEach-Object { $_.Fix })
        manual_fixes = [object[]] @($fixes | Where-Object { -not $_.Auto } | ForEach-Object { $_.Fix })
    }
}

<#
.SYNOPSIS
    Writes the receipt of a validation, and the manifest when asked.
.DESCRIPTION
    The work of RECEIPT_GENERATOR_AGENT. A receipt is sealed with the run's own history, so the bridge
    writes it; this function asks it to.
.PARAMETER Payload
    output_folder, compliance and the rest of what RECEIPT_GENERATOR_AGENT takes.
.EXAMPLE
    New-ValidationReceipt @{ output_folder = '0UT.3OX'; compliance = $compliance }
#>
function New-ValidationReceipt {
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([Collections.IDictionary])]
    param([Parameter(Mandatory)] [Collections.IDictionary] $Payload)
    if (-not $PSCmdlet.ShouldProcess([string] $Payload['output_folder'], 'write the receipt')) { return }
    $written = Invoke-WorkflowBridge -Method write_receipt -Parameters $Payload
    Write-Far $PSCmdlet 100 "$($written['receipt_type']) receipt $($written['receipt_id'])"
    return $written
}

# Files of a list or of the file that holds it, as rules see them.
function Read-FileList($Given) {
    $list = @(foreach ($entry in (Read-List $Given 'file_list')) {
            if ($entry -is [string]) { @{ Path = $entry; Size = $null; Sha256 = $null }; continue }
            $path = if ($entry -is [Collections.IDictionary]) { foreach ($key in 'path', 'name') { if ($entry[$key] -is [string] -and $entry[$key] -ne '') { $entry[$key]; break } } }
            if ($null -eq $path) { Stop-Input $Names.Compliance 'file_list: expected a path, or a map with path, size, modified and sha256' }
            $size = foreach ($key in 'size', 'Length') { if ($entry[$key] -is [ValueType]) { $entry[$key]; break } }
            @{ Path = $path.Replace([IO.Path]::DirectorySeparatorChar, [char] '/'); Size = $size; Sha256 = $(if ($entry['sha256'] -is [string]) { $entry['sha256'] }) }
        })
    return , $list
}

function Read-NameList($Given) {
    if ($null -eq $Given) { return , @() }
    return , @(Read-List $Given 'folder_list')
}

# A list itself, or the one that a reference names.
function Read-List($Given, [string] $Key) {
    if ($Given -is [array]) { return $Given }
    if ($Given -isnot [Collections.IDictionary] -or -not $Given.Contains('$ref')) { Stop-Input $Names.Compliance "$Key`: expected a list" }
    # The bridge wrote it, or the scan here: whoever may judge the folder may read its list.
    if ($Given['$ref'] -cnotmatch '^\.3ox/workflow-data/lists/[0-9a-f]{64}\.jsonl$') { Stop-Input $Names.Compliance "$Key`: expected a file in .3ox/workflow-data/lists/, as FILE_SCANNER_AGENT writes it" }
    $path = [IO.Path]::Combine($env:WORKFLOW_STATION, $Given['$ref'])
    $bytes = [IO.File]::ReadAllBytes($path)
    if ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)) -ine $Given['sha256']) {
        Stop-WorkflowTask -Final -Type FileSystemError -Message "The list $($Given['$ref']) cannot be used: its sha256 is another one; run the scan again"
    }
    foreach ($line in [Text.Encoding]::UTF8.GetString($bytes).Split("`n")) {
        if ($line -eq '') { continue }
        $element = [System.Text.Json.JsonDocument]::Parse($line).RootElement
        if ($element.ValueKind -ne 'Object') { $element.GetString(); continue }
        $entry = @{}
        foreach ($property in $element.EnumerateObject()) {
            $entry[$property.Name] = switch ($property.Value.ValueKind) { 'String' { $property.Value.GetString() } 'Number' { $property.Value.GetInt64() } default { $null } }
        }
        $entry
    }
}

# The list itself, or a reference to the file that holds it when it is long.
function Limit-List($List, [int] $Most) {
    $entries = [object[]] @($List)
    if ($entries.Count -le $Most) { return , $entries }
    $text = [Text.StringBuilder]::new()
    $json = { param($value) [System.Text.Json.JsonSerializer]::Serialize([object] $value, [object], $JsonOptions) }
    foreach ($entry in $entries) {
        $line = if ($entry -isnot [Collections.IDictionary]) { & $json ([string] $entry) }
        else { '{' + (@(foreach ($item in $entry.GetEnumerator()) { "$(& $json ([string] $item.Key)):$(& $json $item.Value)" }) -join ',') + '}' }
        [void] $text.Append($line).Append("`n")
    }
    $bytes = [Text.Encoding]::UTF8.GetBytes($text.ToString())
    $sha256 = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
    $place = ".3ox/workflow-data/lists/$sha256.jsonl"
    $path = [IO.Path]::Combine($env:WORKFLOW_STATION, '.3ox', 'workflow-data', 'lists', "$sha256.jsonl")
    [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
    $draft = [IO.Path]::Combine([IO.Path]::GetDirectoryName($path), ".$([guid]::NewGuid().ToString('n')).tmp")
    [IO.File]::WriteAllBytes($draft, $bytes)
    # One atomic rename; Move-Item -Force would remove the old one first.
    [IO.File]::Move($draft, $path, $true)
    return [ordered] @{ '$ref' = $place; sha256 = $sha256; bytes = $bytes.Length; entries = $entries.Count }
}

# By the bytes of their UTF-8, the same everywhere. UTF-16 order differs from it only where surrogate
# pairs meet U+E000 to U+FFFF: there the two ranges change places. Keys are paths, so each is there once.
function Sort-ByBytes($Items, [scriptblock] $Key) {
    $sorted = [Collections.Generic.SortedDictionary[string, object]]::new([StringComparer]::Ordinal)
    foreach ($item in $Items) {
        $text = [string] (& $Key $item)
        if ($text -cmatch '[\uD800-\uFFFF]') {
            $units = $text.ToCharArray()
            for ($at = 0; $at -lt $units.Length; $at++) {
                $unit = [int] $units[$at]
                if ($unit -ge 0xE000) { $units[$at] = [char] ($unit - 0x800) }
                elseif ($unit -ge 0xD800) { $units[$at] = [char] ($unit + 0x2000) }
            }
            $text = [string]::new($units)
        }
        $sorted[$text] = $item
    }
    return , [object[]] @($sorted.get_Values())
}

# A value of the payload; null counts as absent.
function Get-Given($Map, [string] $Name, [string] $Agent, [type] $Type, $Default) {
    $value = $Map[$Name]
    if ($null -eq $value) {
        if ($PSBoundParameters.ContainsKey('Default')) { return , $Default }
        Stop-Input $Agent "$Name`: expected $($Type.Name)"
    }
    if ($value -isnot $Type) { Stop-Input $Agent "$Name`: expected $($Type.Name)" }
    return , $value
}

function Stop-Input([string] $Agent, [string] $Problem) {
    Stop-WorkflowTask -Final -Message "$Agent cannot use its input: payload.$Problem. Correct the task's input in the workflow definition"
}

function Stop-Policy([string] $Message) { Stop-WorkflowTask -Final -Type PolicyError -Message $Message }

function Write-Far($Cmdlet, [int] $Percent, [string] $Message) {
    $record = [System.Management.Automation.ProgressRecord]::new(1, $Message, ' ')
    $record.PercentComplete = $Percent
    $Cmdlet.WriteProgress($record)
}

function Get-Iso([datetime] $At) { $At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", [cultureinfo]::InvariantCulture) }

function Get-Inner([Exception] $Problem) {
    while ($null -ne $Problem.InnerException -and $Problem -is [System.Management.Automation.RuntimeException]) { $Problem = $Problem.InnerException }
    $Problem
}

$AllEntries = [IO.EnumerationOptions]::new()
$AllEntries.AttributesToSkip = [IO.FileAttributes] 0
$AllEntries.IgnoreInaccessible = $false
$AllEntries.MatchType = [IO.MatchType]::Simple
$ShareAll = [IO.FileShare]::ReadWrite -bor [IO.FileShare]::Delete
$MostFindings = 10000
$RuleNames = 'max_file_size', 'max_total_size', 'max_files', 'no_empty_files', 'no_duplicates', 'allowed_extensions', 'name_pattern'
$JsonOptions = [System.Text.Json.JsonSerializerOptions]::new()
$JsonOptions.Encoder = [System.Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping

Export-ModuleMember -Function Invoke-FileScan, Invoke-PolicyLoad, Invoke-ComplianceValidation, Get-ComplianceRecommendation, New-ValidationReceipt
