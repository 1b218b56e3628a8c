/**
 * Every code a definition can earn: how grave it is, what it means and what to do. Codes are
 * stable; one that is no longer reported is left out and never given to something else.
 * Templates and conditions add the grammar's own `TPL…` and `CON…`.
 */
export const definitionCodes = {
  DEF001: error('The file cannot be read', 'check that it exists and may be read'),
  DEF002: error('The file is too large', 'a definition has at most 1 MiB'),
  DEF003: error('The file is not valid YAML', 'mend the YAML at this place'),
  DEF004: error('A key is written twice', 'keep one of the two'),
  DEF005: error('An alias cannot be followed', 'write the value out'),
  DEF006: error('A YAML tag is not known', 'remove the tag'),
  DEF007: error('A value cannot be kept', 'put it in quotes'),
  DEF008: error('The file does not hold one workflow', 'start the file with the key workflow:'),
  DEF009: warning('A number loses digits', 'put it in quotes to keep it as text'),

  DEF101: error('A value has the wrong type', 'write it in the form named'),
  DEF102: error('A required key is missing', 'add the key'),
  DEF103: error(
    'A duration cannot be read',
    'write a number with ms, s, m, h, d or w, such as 90s or 1h30m',
  ),
  DEF104: error('A word is not one of those allowed', 'use one of the words named'),
  DEF105: error(
    'An id or name is not allowed',
    'use letters, digits, ".", "_" and "-", at most 64, beginning with a letter or digit',
  ),
  DEF106: warning('A key is not known and looks misspelt', 'correct the key'),
  DEF107: warning('A value has an unusual form', 'write it in the form named'),

  DEF201: error('Two tasks have the same id', 'rename one of them'),
  DEF202: error('A task id is reserved', 'choose another id'),
  DEF203: error('A task that does not exist is named', 'name a task of this workflow'),
  DEF204: error('Tasks wait for each other in a circle', 'remove one of these dependencies'),
  DEF205: error(
    'Tasks named parallel are not',
    'remove parallel_with, or the dependency between the two',
  ),
  DEF206: error('One id and version is defined twice', 'raise the version of one of the two'),
  DEF207: error('A name is declared twice', 'keep one of the two'),
  DEF208: warning(
    'The task for a timeout does not exist',
    'name a task of this workflow; as written, the timeout escalates and fails the task',
  ),
  DEF209: warning('A task is named twice in one list', 'keep one of the two'),
  DEF210: error('A loop cannot contain a task', 'let each task be in one loop only'),
  DEF211: error(
    'A task inside another loop is named',
    'name a task of the same loop, or the loop itself',
  ),

  DEF301: error('A path can never exist', 'correct the path'),
  DEF302: error('A template names a task that does not exist', 'name a task of this workflow'),
  DEF303: error('An input is not declared', 'declare it under input, or correct its name'),
  DEF304: error('A value is used before it can exist', 'read it in a task that runs later'),
  DEF305: error('A name in a condition is not known', 'put quotes around it if it is text'),
  DEF306: warning(
    'A task is read that need not have ended',
    'add it to depends_on, or give a fallback: ${a.output.x ?? "none"}',
  ),
  DEF307: error(
    'A secret is used outside a task for an agent',
    'read secrets in the input of a SIMPLE task that is assigned to an agent',
  ),
  DEF308: warning(
    'An output is not declared and looks misspelt',
    'correct the name, or declare it under output',
  ),
  DEF309: warning(
    'A name in a condition is not known',
    'use a metric, or a number that a task declares under output',
  ),

  DEF310: error(
    'A task inside a FOR_EACH is read from outside',
    'read the results: ${each.output[0]}',
  ),
  DEF312: error('Two types have no order', 'compare values of one type'),
  DEF313: warning('Values of two types are compared', 'compare values of one type'),

  DEF402: error('A task type does not exist', 'use one of the types named'),
  DEF403: error('Nobody works on a task', 'add assigned_to: <agent>, or function: <name>'),
  DEF404: error('A function does not exist', 'use one of the functions named'),
  DEF405: error(
    'A decision cannot decide',
    'add decision_cases, and decision_param or a condition for each case',
  ),
  DEF406: error('A fork has no branches', 'add tasks: [<task>, ...]'),
  DEF407: error('A join cannot be reached', 'name the tasks to wait for under depends_on'),
  DEF408: error(
    'A timeout action does not exist',
    'use ESCALATE, FAIL, CONTINUE, CANCEL or one of the options',
  ),
  DEF409: error(
    'A check does not exist',
    'use <input>_exists, <input>_writable, receipt_generated or all_tasks_completed',
  ),
  DEF410: error('An alert action does not exist', 'use one of the actions named'),
  DEF411: error('A step of the failure workflow does not exist', 'use one of the actions named'),
  DEF412: error('A path leaves the station', 'write a path below the station folder, without ".."'),
  DEF413: error(
    'A default or allowed value does not fit its input',
    'change the value or the type',
  ),
  DEF414: error('A task has both an agent and a function', 'keep assigned_to or function'),
  DEF415: error('A regular expression is not valid', 'mend the expression'),
  DEF416: error('A failure workflow is its own', 'name another definition'),
  DEF418: error('A WAIT has no end', 'write one of duration, until and signal'),
  DEF419: error(
    'A FOR_EACH has nothing to do',
    'add items: ${…}, and either task: or workflow: for what is done with each',
  ),
  DEF420: error('A loop has no end', 'add tasks:, while: and max_iterations:'),
  DEF421: error('A workflow to run is not named', 'add workflow: <id>'),
  DEF422: error('A SET_VARIABLE sets nothing', 'add variables: {name: value}'),
  DEF423: error('An option cannot send the work back there', 'name a task that comes before'),
  DEF424: error(
    'A task of this type cannot be done per item',
    'put it in a workflow of its own, and name that: workflow: <id>',
  ),
  DEF425: error(
    'A secret is written in the definition',
    'remove the default, or read ${secret.NAME} in the task instead',
  ),

  DEF501: warning('The workflow has no name', 'add name: <what it does>'),
  DEF502: warning('The workflow has no version', 'add version: 1'),
  DEF503: warning('A decision has no default case', 'add default_case: [<task>], or [] for none'),
  DEF504: warning('A task can never run', 'remove it, or make something lead to it'),
  DEF505: warning('An input is never used', 'remove it, or use it in a task'),
  DEF506: warning('An approval may wait for ever', 'add approval_timeout: 24h'),
  DEF507: warning(
    'Retries can outlast the time limit of the run',
    'lower max_attempts or timeout, or raise the timeout of the workflow',
  ),
  DEF508: warning('An option is spelt differently', 'use the spelling of approval_options'),
  DEF509: warning('A key has no effect here', 'remove the key'),
  DEF510: warning('A permission matches nobody', 'write L0..L3, L0:NAME, user:<id> or role:<name>'),
  DEF511: warning('A task waits for the end of the run', 'remove it, or lead to it another way'),
  DEF512: warning('A schedule leaves out a required input', 'add it under input of the schedule'),

  DEF520: warning(
    'A workflow that is named is not known',
    'add its definition to one of the workflow folders, or correct the name',
  ),
  DEF521: warning(
    'Failure workflows lead back to each other',
    'let one of them end the chain; a failure run never starts another failure workflow',
  ),
} as const satisfies Record<string, CodeEntry>;

/** What a code means, and what the person can do about it. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning';
  readonly meaning: string;
  readonly remedy: string;
}

/** A code the loader reports. */
export type DefinitionCode = keyof typeof definitionCodes;

function error(meaning: string, remedy: string): CodeEntry {
  return { severity: 'error', meaning, remedy };
}

function warning(meaning: string, remedy: string): CodeEntry {
  return { severity: 'warning', meaning, remedy };
}
