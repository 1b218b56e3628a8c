# Written as the guide writes it, with a parameter that collides with a variable of PowerShell's own.
function Invoke-Plain {
    param($Input)
    $names = @($Input.names | ForEach-Object { "$Input.x/$_/$($Input.folder)" })
    function Inner { foreach ($item in $input) { "piped $item" } }
    return @{ folder = $Input.folder; names = $names; inner = @(1, 2 | Inner); block = & { $Input.folder } }
}
function Invoke-Short($Input, $More) { return "$($Input.folder) ${Input}" }
function Invoke-ByName { param([Parameter(Mandatory)] [Collections.IDictionary] $Input) Invoke-Plain -Input $Input }
function Invoke-None { return @{ args = $args.Count; folder = $args[0].folder } }
function Invoke-Other { param([hashtable] $First, $Second = 'default') return @{ folder = $First.folder; second = $Second } }
