import { oneTask, tasks, workflow } from './marked.ts';

/** A definition with a mistake; the codes belong to its marks, in order. */
export interface BadFile {
  readonly name: string;
  readonly codes: readonly string[];
  readonly file: string;
}

const bad = (name: string, code: string, file: string): BadFile => ({
  name,
  codes: code.split(' '),
  file,
});

const A = '    - { id: a, assigned_to: A }\n';

export const badFiles: readonly BadFile[] = [
  // The file
  bad('an empty file', 'DEF008', '‸'),
  bad('no key workflow', 'DEF008', '‸tasks: []\n'),
  bad('workflow is no map', 'DEF008', '‸workflow: 3\n'),
  bad('broken YAML', 'DEF003', 'workflow:\n  id: [a\n  ‸name: b\n'),
  bad('two documents', 'DEF008', `${workflow(`  tasks:\n${A}`)}---\n‸x: 1\n`),
  bad('a key twice', 'DEF004', oneTask('      ‸id: b\n')),
  bad('an alias without anchor', 'DEF005', oneTask('      input: { x: ‸*y }\n')),
  bad('an alias inside itself', 'DEF005', oneTask('      input: &y { x: ‸*y }\n')),
  bad('a custom tag', 'DEF006', oneTask('      input: { x: ‸!run y }\n')),
  bad('infinity', 'DEF007', oneTask('      input: { x: ‸.inf }\n')),
  bad('a large number', 'DEF009', oneTask('      input: { x: ‸9007199254740993 }\n')),
  bad(
    'a banner does not move lines',
    'DEF203',
    `///▙▖▙▖▞▞▙▂▂\n▛//▞▞ ⟦⎊⟧ :: ⧗-25.61\n\n${tasks('    - { id: a, assigned_to: A, depends_on: ‸bb }\n')}//▙▖▙▖▞▞▙▂▂〘・.°𝚫〙\n`,
  ),

  // Shape
  bad('no tasks', 'DEF102', '‸workflow:\n  id: w\n  name: W\n  version: 1\n'),
  bad('an empty list of tasks', 'DEF102', workflow('  tasks: ‸[]\n')),
  bad('no id', 'DEF102', `‸workflow:\n  name: W\n  version: 1\n  tasks:\n${A}`),
  bad('a task without id', 'DEF102', tasks(`${A}    - ‸name: b\n      assigned_to: B\n`)),
  bad('tasks are a map', 'DEF101', workflow('  tasks:\n    ‸a: {}\n')),
  bad(
    'a version as text',
    'DEF101',
    `workflow:\n  id: w\n  name: W\n  version: ‸"1"\n  tasks:\n${A}`,
  ),
  bad('a number where text belongs', 'DEF101', oneTask('      name: ‸7\n')),
  bad('a bad list of ids', 'DEF101', oneTask('      depends_on: ‸{ b: c }\n')),
  bad('a bad duration', 'DEF103', oneTask('      timeout: ‸5 minutes\n')),
  bad(
    'a bad duration deep down',
    'DEF103',
    oneTask('      retry_policy:\n        max_delay: ‸soon\n'),
  ),
  bad('a negative duration', 'DEF103', oneTask('      timeout: ‸-5\n')),
  bad('a word not allowed', 'DEF104', oneTask('      retry_policy: { backoff: ‸exponentiall }\n')),
  bad(
    'a bad workflow id',
    'DEF105',
    `workflow:\n  id: ‸my flow\n  name: W\n  version: 1\n  tasks:\n${A}`,
  ),
  bad('a bad task id', 'DEF105', tasks('    - { id: ‸a/b, assigned_to: A }\n')),
  bad('a bad agent', 'DEF105', tasks('    - { id: a, assigned_to: ‸../A }\n')),
  bad('a misspelt key', 'DEF106', oneTask('      ‸dependson: a\n')),
  bad('a misspelt key of a policy', 'DEF106', oneTask('      retry_policy: { ‸max_attemps: 3 }\n')),
  bad(
    'inputs in one list',
    'DEF107',
    workflow(
      `  input:\n    ‸- x\n  tasks:\n    - { id: a, assigned_to: A, input: { x: "\${workflow.input.x}" } }\n`,
    ),
  ),
  bad(
    'another schema version',
    'DEF107',
    workflow(`  validation: { schema_version: ‸v9 }\n  tasks:\n${A}`),
  ),
  bad(
    'two mistakes at once',
    'DEF103 DEF203',
    oneTask('      timeout: ‸x\n      depends_on: [‸b]\n'),
  ),

  // Ids, references, order
  bad('an id twice', 'DEF201', tasks(`${A}    - { id: ‸a, assigned_to: A }\n`)),
  bad('an id in other case', 'DEF201', tasks(`${A}    - { id: ‸A, assigned_to: A }\n`)),
  bad('a reserved id', 'DEF202', tasks('    - { id: ‸self, assigned_to: A }\n')),
  bad('an id like an item', 'DEF202', tasks('    - { id: ‸a.3, assigned_to: A }\n')),
  bad('an unknown dependency', 'DEF203', oneTask('      depends_on: [‸scna]\n')),
  bad('an unknown branch', 'DEF203', tasks(`${A}    - { id: f, type: FORK, tasks: [a, ‸b] }\n`)),
  bad(
    'an unknown route',
    'DEF203 DEF203',
    tasks(
      `${A}    - id: d\n      type: DECISION\n      decision_param: x\n      decision_cases:\n        x: { next_tasks: [a, ‸b] }\n      default_case: ‸c\n`,
    ),
  ),
  bad(
    'a circle',
    'DEF204',
    tasks(
      '    - { id: a, assigned_to: A, depends_on: ‸c }\n    - { id: b, assigned_to: A, depends_on: a }\n    - { id: c, assigned_to: A, depends_on: b }\n',
    ),
  ),
  bad('a task that waits for itself', 'DEF204', oneTask('      depends_on: ‸a\n')),
  bad(
    'a decision that goes back',
    'DEF204',
    tasks(
      '    - { id: a, assigned_to: A }\n    - id: d\n      type: DECISION\n      depends_on: ‸a\n      decision_param: ${a.output.x}\n      decision_cases: { again: a }\n      default_case: []\n',
    ),
  ),
  bad(
    'parallel with what it waits for',
    'DEF205',
    tasks(`${A}    - { id: b, assigned_to: A, depends_on: a, parallel_with: ‸a }\n`),
  ),
  bad(
    'an input twice',
    'DEF207',
    workflow(
      `  input:\n    required: [x, ‸x]\n  tasks:\n    - { id: a, assigned_to: "A", input: { x: "\${workflow.input.x}" } }\n`,
    ),
  ),
  bad(
    'an option twice',
    'DEF207',
    tasks('    - { id: h, type: HUMAN, approval_timeout: 1h, approval_options: [GO, ‸go] }\n'),
  ),
  bad(
    'an unknown task for a timeout',
    'DEF208',
    tasks('    - { id: h, type: HUMAN, approval_timeout: 1h, on_timeout: { next_task: ‸CALL } }\n'),
  ),
  bad(
    'a dependency twice',
    'DEF209',
    tasks(`${A}    - { id: b, assigned_to: A, depends_on: [a, ‸a] }\n`),
  ),

  // Templates and conditions
  bad('a misspelt root', 'DEF301', oneTask('      input: { x: "${‸workflow.inptu.x}" }\n')),
  bad('a part of a text', 'DEF301', oneTask('      input: { x: "${‸workflow.id.x}" }\n')),
  bad('an item outside FOR_EACH', 'DEF301', oneTask('      input: { x: "a ${‸item} b" }\n')),
  bad(
    'a variable nobody sets',
    'DEF301',
    oneTask('      input: { x: "${‸workflow.variables.x}" }\n'),
  ),
  bad('self at the end', 'DEF301', workflow(`  output:\n    - x: \${‸self.id}\n  tasks:\n${A}`)),
  bad(
    'no output in between',
    'DEF301',
    tasks(`${A}    - { id: b, assigned_to: A, depends_on: a, input: { x: "\${‸a.files}" } }\n`),
  ),
  bad(
    'an output a decision has not',
    'DEF301',
    tasks(
      `${A}    - { id: d, type: DECISION, decision_param: x, decision_cases: { x: a }, default_case: [] }\n    - { id: b, assigned_to: A, depends_on: d, input: { x: "\${‸d.output.chosen}" } }\n`,
    ),
  ),
  bad(
    'a task that does not exist',
    'DEF302',
    oneTask('      input:\n        x: Files ${‸scan.output.n} of ${workflow.id}\n'),
  ),
  bad('an undeclared input', 'DEF303', oneTask('      input: { x: "${‸workflow.input.x}" }\n')),
  bad(
    'in a block of text',
    'DEF303',
    oneTask('      input:\n        x: |\n          one\n            two ${‸workflow.input.x}\n'),
  ),
  bad('its own output', 'DEF304', oneTask('      input: { x: "${‸a.output.x}" }\n')),
  bad(
    'what runs later',
    'DEF304',
    tasks(
      '    - { id: a, assigned_to: A, input: { x: "${‸b.output.x}" } }\n    - { id: b, assigned_to: A, depends_on: a }\n',
    ),
  ),
  bad('a name in a condition', 'DEF305', oneTask('      when: retry_count > 1 and ‸FAIL == 2\n')),
  bad(
    'what need not have ended',
    'DEF306',
    tasks(`${A}    - { id: b, assigned_to: A, input: { x: "\${‸a.output.x}" } }\n`),
  ),
  bad(
    'a secret at the end',
    'DEF307',
    workflow(`  output:\n    - x: \${‸secret.TOKEN}\n  tasks:\n${A}`),
  ),
  bad('a secret in a condition', 'DEF307', oneTask('      when: ‸secret.TOKEN == "x"\n')),
  bad(
    'a secret in a receipt',
    'DEF307',
    tasks(
      '    - { id: a, assigned_to: RECEIPT_GENERATOR_AGENT, input: { token: "${‸secret.TOKEN}" } }\n',
    ),
  ),
  bad(
    'a secret input where it would be written down',
    'DEF307',
    workflow(
      `  input:\n    required:\n      - token: { type: string, secret: true }\n  tasks:\n    - { id: a, assigned_to: A, input: { token: "\${workflow.input.token}" }, output_to: "out/\${‸workflow.input.token}" }\n`,
    ),
  ),
  bad(
    'a secret without a name',
    'DEF301',
    tasks('    - { id: a, assigned_to: A, input: { token: "${‸secret}" } }\n'),
  ),
  bad(
    'a secret in the definition itself',
    'DEF425',
    workflow(
      `  input:\n    optional:\n      - token: { type: string, secret: true, ‸default: hunter22 }\n  tasks:\n    - { id: a, assigned_to: A, input: { token: "\${workflow.input.token}" } }\n`,
    ),
  ),
  bad(
    'a misspelt output',
    'DEF308',
    tasks(
      '    - { id: a, assigned_to: A, output: [total_files] }\n    - { id: b, assigned_to: A, depends_on: a, input: { x: "${‸a.output.total_file}" } }\n',
    ),
  ),
  bad(
    'a name in an alert',
    'DEF309',
    workflow(
      `  monitoring:\n    alerts:\n      - { condition: ‸speed > 5, action: notify_team }\n  tasks:\n${A}`,
    ),
  ),
  bad('a template never closed', 'TPL103', oneTask('      input: { x: "a ‸${workflow.id" }\n')),
  bad('a condition that ends too early', 'CON101', oneTask('      when: retry_count >‸\n')),

  // Tasks
  bad('an unknown type', 'DEF402', tasks('    - { id: a, type: ‸simple }\n')),
  bad('nobody works on it', 'DEF403', tasks('    - id: ‸a\n')),
  bad('an unknown function', 'DEF404', tasks('    - { id: a, function: ‸ecko }\n')),
  bad(
    'a decision without cases',
    'DEF405',
    tasks('    - { id: ‸d, type: DECISION, decision_param: x }\n'),
  ),
  bad(
    'a case that cannot be compared',
    'DEF405',
    tasks(`${A}    - { id: d, type: DECISION, decision_cases: { x: ‸a }, default_case: [] }\n`),
  ),
  bad('a fork without branches', 'DEF406', tasks('    - { id: f, type: FORK, ‸tasks: [] }\n')),
  bad('a join of nothing', 'DEF407', tasks('    - { id: ‸j, type: JOIN }\n')),
  bad(
    'a join of too many',
    'DEF407',
    tasks(`${A}    - { id: j, type: JOIN, depends_on: a, mode: ‸2 }\n`),
  ),
  bad(
    'an unknown timeout action',
    'DEF408',
    tasks('    - { id: h, type: HUMAN, approval_timeout: 1h, on_timeout: { action: ‸ESCALTE } }\n'),
  ),
  bad(
    'an unknown check',
    'DEF409 DEF409',
    workflow(
      `  validation:\n    pre_execution_checks: [{ check: ‸folder_exist }]\n    post_execution_checks: [‸receipt_genrated]\n  tasks:\n${A}`,
    ),
  ),
  bad(
    'a check too early',
    'DEF409',
    workflow(`  validation: { pre_execution_checks: [‸receipt_generated] }\n  tasks:\n${A}`),
  ),
  bad(
    'an unknown alert action',
    'DEF410',
    workflow(
      `  monitoring:\n    alerts:\n      - { condition: retry_count > 5, action: ‸alert_team }\n  tasks:\n${A}`,
    ),
  ),
  bad(
    'an unknown failure step',
    'DEF411 DEF411',
    workflow(`  failure_workflow: { steps: [‸log_to_fil, { action: ‸echo }] }\n  tasks:\n${A}`),
  ),
  bad('a path out of the station', 'DEF412', oneTask('      output_to: ‸../x.yaml\n')),
  bad('an absolute path', 'DEF412', oneTask('      output_to: ‸C:\\x.yaml\n')),
  bad(
    'a default of another type',
    'DEF413',
    workflow(
      '  input:\n    optional:\n      - n: { type: number, default: ‸many }\n  tasks:\n    - { id: a, assigned_to: A, input: { n: "${workflow.input.n}" } }\n',
    ),
  ),
  bad(
    'a default that is not allowed',
    'DEF413',
    workflow(
      '  input:\n    optional:\n      - n: { type: string, default: ‸c, enum: [a, b] }\n  tasks:\n    - { id: a, assigned_to: A, input: { n: "${workflow.input.n}" } }\n',
    ),
  ),
  bad('an agent and a function', 'DEF414', oneTask('      ‸function: echo\n')),
  bad(
    'a pattern that is none',
    'DEF415',
    workflow(
      '  input:\n    required:\n      - n: { pattern: ‸"(" }\n  tasks:\n    - { id: a, assigned_to: A, input: { n: "${workflow.input.n}" } }\n',
    ),
  ),
  bad('its own failure workflow', 'DEF416', workflow(`  failure_workflow: ‸W\n  tasks:\n${A}`)),

  // Tasks that hold tasks, wait, or end the run
  bad(
    'a member of two loops',
    'DEF210',
    tasks(
      `${A}    - { id: l, type: DO_WHILE, tasks: [a], while: false, max_iterations: 2 }\n    - { id: m, type: DO_WHILE, tasks: [‸a], while: false, max_iterations: 2 }\n`,
    ),
  ),
  bad(
    'a loop that contains itself',
    'DEF210',
    tasks('    - { id: l, type: DO_WHILE, tasks: [‸l], while: false, max_iterations: 2 }\n'),
  ),
  bad(
    'an unknown member',
    'DEF203',
    tasks('    - { id: l, type: DO_WHILE, tasks: [‸a], while: false, max_iterations: 2 }\n'),
  ),
  bad(
    'a dependency on a member',
    'DEF211',
    tasks(
      `${A}    - { id: l, type: DO_WHILE, tasks: [a], while: false, max_iterations: 2 }\n    - { id: b, assigned_to: B, depends_on: ‸a }\n`,
    ),
  ),
  bad(
    'a member that waits for what is outside',
    'DEF211',
    tasks(
      `${A}    - { id: l, type: DO_WHILE, tasks: [{ id: b, assigned_to: B, depends_on: ‸a }], while: false, max_iterations: 2 }\n`,
    ),
  ),
  bad(
    'an id twice, one in a loop',
    'DEF201',
    tasks(
      `${A}    - { id: l, type: DO_WHILE, tasks: [{ id: ‸a, assigned_to: B }], while: false, max_iterations: 2 }\n`,
    ),
  ),
  bad(
    'mistakes in a task inside tasks',
    'DEF106 DEF103',
    tasks(
      `    - id: e\n      type: FOR_EACH\n      items: [1]\n      task:\n        assigned_to: A\n        ‸dependson: b\n        timeout: ‸soon\n`,
    ),
  ),
  bad(
    'a member of an item read outside',
    'DEF310',
    tasks(
      `    - id: e\n      type: FOR_EACH\n      items: [1]\n      task: { type: DO_WHILE, tasks: [{ id: a, assigned_to: A }], while: false, max_iterations: 2 }\n    - { id: b, assigned_to: B, depends_on: e, input: { x: "\${‸a.output.x}" } }\n`,
    ),
  ),
  bad(
    'a later member without a fallback',
    'DEF306',
    tasks(
      `    - id: l\n      type: DO_WHILE\n      while: false\n      max_iterations: 2\n      tasks:\n        - { id: a, assigned_to: A, input: { x: "\${‸b.output.x}", y: "\${b.output.y ?? 0}" } }\n        - { id: b, assigned_to: B, depends_on: a }\n`,
    ),
  ),
  bad('an item where there is none', 'DEF301', oneTask('      input: { x: "${‸item.x}" }\n')),
  bad(
    'an unknown variable',
    'DEF301',
    tasks(
      '    - { id: v, type: SET_VARIABLE, variables: { total: 1 } }\n    - { id: a, assigned_to: A, depends_on: v, input: { x: "${‸workflow.variables.totl}" } }\n',
    ),
  ),
  bad('a wait for nothing', 'DEF418', tasks('    - { id: ‸w, type: WAIT }\n')),
  bad(
    'a wait for two things',
    'DEF418',
    tasks('    - { id: ‸w, type: WAIT, duration: 5s, signal: go }\n'),
  ),
  bad('a wait until no time', 'DEF418', tasks('    - { id: w, type: WAIT, until: ‸tomorrow }\n')),
  bad('a wait for no duration', 'DEF103', tasks('    - { id: w, type: WAIT, duration: ‸soon }\n')),
  bad('a signal without a name', 'DEF105', tasks('    - { id: w, type: WAIT, signal: ‸"a b" }\n')),
  bad('nothing to do for each', 'DEF419 DEF419', tasks('    - { id: ‸‸e, type: FOR_EACH }\n')),
  bad(
    'a decision for each item',
    'DEF424',
    tasks(
      `${A}    - { id: e, type: FOR_EACH, items: [1], task: { type: ‸DECISION, decision_param: x, decision_cases: { x: [] }, default_case: [] } }\n`,
    ),
  ),
  bad(
    'an item with a reserved name',
    'DEF202',
    tasks('    - { id: e, type: FOR_EACH, items: [1], as: ‸self, task: { assigned_to: A } }\n'),
  ),
  bad('a loop without an end', 'DEF420', tasks('    - { id: ‸l, type: DO_WHILE }\n')),
  bad('no workflow to run', 'DEF421', tasks('    - { id: ‸s, type: SUB_WORKFLOW }\n')),
  bad(
    'a workflow that cannot be',
    'DEF105',
    tasks('    - { id: s, type: SUB_WORKFLOW, workflow: ‸"a b" }\n'),
  ),
  bad('no variable', 'DEF422', tasks('    - { id: ‸v, type: SET_VARIABLE }\n')),
  bad(
    'work sent forward',
    'DEF423',
    tasks(
      `    - { id: h, type: HUMAN, approval_timeout: 1h, approval_options: [GO, { AGAIN: { back_to: ‸a } }] }\n    - { id: a, assigned_to: A, depends_on: h }\n`,
    ),
  ),
  bad(
    'work sent back inside a loop',
    'DEF423',
    tasks(
      `    - id: l\n      type: DO_WHILE\n      while: false\n      max_iterations: 2\n      tasks:\n        - { id: a, assigned_to: A }\n        - { id: h, type: HUMAN, depends_on: a, approval_timeout: 1h, approval_options: [GO, { AGAIN: { back_to: ‸a } }] }\n`,
    ),
  ),
  bad('nobody undoes it', 'DEF403', oneTask('      ‸compensate: { input: { x: 1 } }\n')),
  bad(
    'a task behind the end',
    'DEF511',
    tasks('    - { id: t, type: TERMINATE }\n    - { id: a, assigned_to: A, depends_on: ‸t }\n'),
  ),
  bad(
    'a fork with a task inside',
    'DEF101',
    tasks(`    - { id: f, type: FORK, tasks: [‸{ id: a, assigned_to: A }] }\n`),
  ),
  bad(
    'a cron that is none',
    'DEF101',
    workflow(`  schedule: { cron: ‸"61 * * * *" }\n  tasks:\n${A}`),
  ),
  bad(
    'a time zone that is none',
    'DEF101',
    workflow(`  schedule: { cron: "0 3 * * *", timezone: ‸Mars }\n  tasks:\n${A}`),
  ),
  bad(
    'inputs of a schedule',
    'DEF512 DEF303',
    workflow(
      `  input: { required: [x] }\n  schedule: ‸{ cron: "0 3 * * *", input: { ‸y: 1 } }\n  tasks:\n    - { id: a, assigned_to: "A", input: { x: "\${workflow.input.x}" } }\n`,
    ),
  ),
  bad('a rate that is none', 'DEF101', workflow(`  rate: ‸often\n  tasks:\n${A}`)),
  bad(
    'a key that reads a task',
    'DEF304',
    workflow(`  concurrency: { key: "\${‸a.output.x}" }\n  tasks:\n${A}`),
  ),

  // Advice
  bad('no name and no version', 'DEF501 DEF502', `‸‸workflow:\n  id: w\n  tasks:\n${A}`),
  bad(
    'no default case',
    'DEF503',
    tasks(`${A}    - { id: ‸d, type: DECISION, decision_param: x, decision_cases: { x: a } }\n`),
  ),
  bad(
    'a case never taken',
    'DEF504',
    tasks(
      `    - { id: ‸a, assigned_to: A }\n    - { id: d, type: DECISION, decision_param: x, decision_cases: { y: a }, default_case: [] }\n`,
    ),
  ),
  bad('never when', 'DEF504', tasks('    - { id: ‸a, assigned_to: A, when: false }\n')),
  bad('an unused input', 'DEF505', workflow(`  input: { required: [‸x] }\n  tasks:\n${A}`)),
  bad('an approval for ever', 'DEF506', tasks('    - { id: ‸h, type: HUMAN }\n')),
  bad(
    'retries beyond the run',
    'DEF507',
    workflow(
      '  timeout: 1m\n  tasks:\n    - { id: a, assigned_to: A, timeout: 30s, ‸retry_policy: { max_attempts: 3 } }\n',
    ),
  ),
  bad(
    'an option in other case',
    'DEF508',
    tasks(
      '    - { id: h, type: HUMAN, approval_timeout: 1h, approval_options: [Go], on_timeout: { action: ‸GO } }\n',
    ),
  ),
  bad('a key without effect', 'DEF509', oneTask('      ‸quorum: 2\n')),
  bad(
    'a key of an item beside its task',
    'DEF509',
    tasks('    - { id: e, type: FOR_EACH, items: [1], ‸timeout: 5s, task: { assigned_to: A } }\n'),
  ),
  bad('a limit of another type', 'DEF509', oneTask('      ‸status: draft\n')),
  bad(
    'a permission for nobody',
    'DEF510',
    workflow(`  permissions: { who_can_start: [‸COMMANDER] }\n  tasks:\n${A}`),
  ),
  bad(
    'an order between types',
    'DEF312',
    workflow(
      `  input: { required: [{ n: { type: number } }] }\n  tasks:\n    - { id: a, assigned_to: A, when: '‸"x" < \${workflow.input.n}' }\n`,
    ),
  ),
  bad(
    'a comparison between types',
    'DEF313',
    workflow(
      `  input: { required: [{ n: { type: number } }] }\n  tasks:\n    - { id: a, assigned_to: A, when: '‸\${workflow.input.n} == "x"' }\n`,
    ),
  ),
];
