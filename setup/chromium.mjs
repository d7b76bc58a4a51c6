// Installation of Debian's Chromium for browser tests in CI, unless it is present.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

if (!existsSync(path)) {
  process.stderr.write('llmgw: installing chromium …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
    if (status === 0) continue;
    process.stderr.write(
      `llmgw: apt-get ${args[0]} failed (${error?.message ?? `exit ${status}`}). Install Chromium, or set CHROMIUM to one.\n`,
    );
    process.exit(1);
  }
}
