<#
.SYNOPSIS
    Says when the oldest and the newest file of a folder were written.
.DESCRIPTION
    An agent in PowerShell (see FOLDER_AGE_AGENT in ../agents.yaml): the bridge calls the function for
    each task, in a worker that stays warm. The task's input is the first parameter, what is returned
    is the output. Resolve-WorkflowPath and Stop-WorkflowTask come from the bridge.
#>
Set-StrictMode -Version Latest

function Get-FolderAge {
    [CmdletBinding()]
    param([Collections.IDictionary] $Task)

    # In the station, and where the workflow may read.
    $folder = Resolve-WorkflowPath $Task['folder']
    if (-not [IO.Directory]::Exists($folder)) {
        Stop-WorkflowTask -Type FileSystemError -Message "$($Task['folder']) is no folder of the station" -Final
    }
    $times = foreach ($file in [IO.Directory]::GetFiles($folder, '*', 'AllDirectories')) {
        [IO.File]::GetLastWriteTimeUtc($file).ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    }
    $times = @($times)
    [Array]::Sort($times)
    return @{
        folder = $Task['folder']
        files  = $times.Count
        oldest = if ($times.Count -gt 0) { $times[0] }
        newest = if ($times.Count -gt 0) { $times[-1] }
    }
}
