// Apex may call a thousand deep. Each such call takes several of JavaScript's, more than its usual stack holds.
import { spawnSync } from 'node:child_process';

// Below the 8 MB that Linux and macOS give the first thread of a process.
const FLAG = '--stack-size=6000';

/** Runs `work` in a process with a large stack: this one, or a copy of it started for that. Its answer is the exit code. */
export function onALargeStack(work) {
  if (process.execArgv.includes(FLAG)) {
    process.exitCode = work();
    return;
  }
  const done = spawnSync(process.execPath, [FLAG, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit'
  });
  process.exitCode = done.status ?? 2;
}
