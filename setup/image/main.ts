// Command line: writes the image's files, prints its start command as JSON.
import { spawnSync } from 'node:child_process';
import { layOutImage } from './lay-out.ts';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Usage: npm run -s image -- FOLDER      (FOLDER is emptied first)');
  process.exit(1);
}
const layout = layOutImage(folder, (line) => console.error(`RUN ${line}`));
const sizes = spawnSync('du', ['-m', '--max-depth=2', layout.directory], { encoding: 'utf8' });
console.error(sizes.stdout);
console.log(JSON.stringify(layout, undefined, 2));
