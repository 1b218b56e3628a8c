# The inventory validation as a script of one's own, before it became tasks.
# docs/how-to/migrate-powershell.md takes it apart.
param(
    [string] $TargetFolder = '0UT.3OX',
    [string] $PolicyFile = '.3ox.index/POLICY/SESSION.POLICY.yaml'
)
$ErrorActionPreference = 'Stop'

Write-Host "Scanning $TargetFolder"
$files = @(Get-ChildItem -Path $TargetFolder -Recurse -File)

Write-Host "Loading $PolicyFile"
$required = @(Get-Content $PolicyFile | Where-Object { $_ -match '^  - (\S+\.\S+)\s*$' } | ForEach-Object { $Matches[1] })

Write-Host 'Validating'
$missing = @($required | Where-Object { $_ -notin $files.Name })
$status = if ($missing.Count -eq 0) { 'PASS' } else { 'FAIL' }
$score = [Math]::Round((1 - $missing.Count / $required.Count) * 100)

@"
compliance_status: $status
compliance_score: $score
total_files: $($files.Count)
missing_files: [$($missing -join ', ')]
generated_at: $(Get-Date -Format o)
"@ | Set-Content -Path (Join-Path $TargetFolder 'VALIDATION.RECEIPT.yaml')

Write-Host "$status, $score of 100, $($files.Count) files"
if ($status -eq 'FAIL') { exit 1 }
