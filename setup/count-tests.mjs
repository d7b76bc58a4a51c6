// Test counts of Vitest's JSON reports; a missing or empty report counts as a failure.
import { existsSync, readFileSync } from 'node:fs';

const reports = process.argv.slice(2).map(read);
const passed = sum(reports, (report) => report.passed);
const failed = sum(reports, (report) => report.failed);
const skipped = sum(reports, (report) => report.skipped);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

function read(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken + (report.numTotalTests === 0 ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function sum(all, part) {
  return all.reduce((total, one) => total + part(one), 0);
}
