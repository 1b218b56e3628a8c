// What `pwsh -NoProfile -NonInteractive -File <script> [-Name value]…` does, with the engine alone.
using System.Management.Automation;
using System.Management.Automation.Runspaces;

var script = Array.IndexOf(args, "-File") + 1;
using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
runspace.Open();
Runspace.DefaultRunspace = runspace;
using var shell = PowerShell.Create(runspace);
shell.AddCommand(Path.GetFullPath(args[script]));
for (var at = script + 1; at + 1 < args.Length; at += 2)
    shell.AddParameter(args[at].TrimStart('-'), args[at + 1]);
try
{
    foreach (var result in shell.Invoke()) Console.WriteLine(result);
    foreach (var error in shell.Streams.Error) Console.Error.WriteLine(error);
    return 0;
}
catch (RuntimeException error)
{
    Console.Error.WriteLine($"{error.ErrorRecord} {error.ErrorRecord.ScriptStackTrace}");
    return 1;
}
