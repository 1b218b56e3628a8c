# The steps of VALIDATE.INVENTORY.SESSION.ps1 as functions, as the implementation guide prints them.
# Nothing in here knows of queues, retries or receipts: that is the bridge's.

# Task: FILE_SCANNER_AGENT
function Invoke-FileScan {
    param($Input)
    
    $files = Get-ChildItem -Path $Input.folder -Recurse
    
    return @{
        file_list = $files | Select-Object Name, FullName, Length
        total_files = $files.Count
        scan_timestamp = Get-Date
    }
}

# Task: POLICY_LOADER_AGENT
function Invoke-PolicyLoad {
    param($Input)
    
    $policy = Get-Content $Input.policy | ConvertFrom-Yaml
    
    return @{
        policy_rules = $policy.rules
        required_files = $policy.required_files
    }
}

# Task: COMPLIANCE_VALIDATOR_AGENT
function Invoke-ComplianceValidation {
    param($Input)
    
    $missing = @()
    foreach ($required in $Input.required_files) {
        if ($required -notin $Input.file_list.Name) {
            $missing += $required
        }
    }
    
    $status = if ($missing.Count -eq 0) { "PASS" } else { "FAIL" }
    
    return @{
        compliance_status = $status
        missing_files = $missing
        compliance_score = [Math]::Round((1 - $missing.Count / $Input.required_files.Count) * 100)
    }
}
