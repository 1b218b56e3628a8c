// Prints "N passed, N failed" from a vitest JSON report and the counts of the other checks;
// exits 1 when anything failed or when no test ran.
import { readFileSync } from 'node:fs';

const [report, passedChecks, failedChecks] = process.argv.slice(2);
const text = readFileSync(report, 'utf8');
const results = text === '' ? { numPassedTests: 0, numFailedTests: 1 } : JSON.parse(text);
const passed = results.numPassedTests + Number(passedChecks);
const failed = results.numFailedTests + Number(failedChecks);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || results.numPassedTests === 0 ? 1 : 0;
