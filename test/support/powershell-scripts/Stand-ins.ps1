# Stand-ins for the few cmdlets that the guide's functions use, where only PowerShell's engine is there.
function Get-ChildItem {
    param($Path, [switch] $Recurse)
    $all = if ($Recurse) { [IO.SearchOption]::AllDirectories } else { [IO.SearchOption]::TopDirectoryOnly }
    [IO.DirectoryInfo]::new([string] $Path).EnumerateFileSystemInfos('*', $all)
}
function Select-Object {
    param([Parameter(Position = 0)] [string[]] $Property, [Parameter(ValueFromPipeline)] $InputObject)
    process {
        $made = [ordered] @{}
        foreach ($name in $Property) { $made[$name] = $InputObject.$name }
        [pscustomobject] $made
    }
}
function Get-Content { param([string] $Path) [IO.File]::ReadAllLines($Path) }
function Get-Date { [datetime]::Now }
