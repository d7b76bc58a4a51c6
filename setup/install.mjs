// Installation of locked dependencies, the needed Node included, on any Node. Plain JavaScript
// without dependencies, as it runs before them. Exits within milliseconds when all is in place.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.llmgw-lock`;
const claim = `${root}.setup/installing`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

if (!isInstalled()) installOnce();
checkNode();

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** With two simultaneous commands in a fresh clone, one installs and the other waits for it. */
function installOnce() {
  mkdirSync(`${root}.setup`, { recursive: true });
  for (let told = false; !claimed(); told = true) {
    if (!told) process.stderr.write('llmgw: waiting for another command to install …\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(claim, { force: true });
  }
}

/** The claim holds the id of its process, so that the claim of a killed command does not count. */
function claimed() {
  const mine = `${claim}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    // A link is atomic: no process can read a half-written claim.
    linkSync(mine, claim);
    return true;
  } catch {
    if (!isAlive(Number(existsSync(claim) ? readFileSync(claim, 'utf8') : 0))) {
      rmSync(claim, { force: true });
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  // Progress goes to stderr: `npm run -s say` prints only what the person sees.
  process.stderr.write('llmgw: installing the locked dependencies (once; about a minute) …\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, npm_config_engine_strict: 'false' },
  });
  if (npm.status !== 0) {
    process.stderr.write('llmgw: npm ci failed; the lines above say why. Nothing was started.\n');
    rmSync(claim, { force: true });
    process.exit(npm.status ?? 1);
  }
  mkdirSync(`${root}node_modules`, { recursive: true });
  writeFileSync(stamp, wanted);
}

function checkNode() {
  const local = `${root}node_modules/.bin/node`;
  const binary = existsSync(local) ? local : process.execPath;
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? 'none';
  const major = Number(version.replace('v', '').split('.')[0]);
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const needed = Number(engines.node.replace('>=', ''));
  if (!(major >= needed)) {
    process.stderr.write(
      `llmgw: needs Node ${needed}, found ${version}. npm brings it on Linux x64; elsewhere install Node ${needed} and run this again.\n`,
    );
    process.exit(1);
  }
}
