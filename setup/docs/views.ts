// View files, and the exported views that need scenes.
import { readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import { readModules } from '../structure/read-modules.ts';

const views =
  /^jobs\/.*(\/view[\w-]*|-view)\.ts$|^jobs\/runs\/card\/|^src\/slack\/(dispatch\/(refusals|active-run)|messages\/(fault|loading-modal)|people\/refused-person)\.ts$|^src\/gateway\/faults\/[\w-]+-rows\.ts$/;

export const isView = (path: string): boolean => views.test(path);

/** Return types of views. `Ending` is an answer before it is split into messages. */
const shownTypes = /^(Message|Modal|Ending|\[Message, \.\.\.Message\[\]\])$/;

export interface View {
  readonly path: string;
  readonly name: string;
}

/** Exported functions of views that return a message, a modal or a Home. */
export function exportedViews(root: string): View[] {
  const paths = readModules(root, ['src', 'jobs']).map(({ path }) => path);
  return paths.filter(isView).flatMap((path) => {
    const text = readFileSync(`${root}${path}`, 'utf8');
    return parseSync(path, text).program.body.flatMap((node): View[] => {
      if (node.type !== 'ExportNamedDeclaration') return [];
      const { declaration } = node;
      if (declaration?.type === 'FunctionDeclaration') {
        const type = declaration.returnType?.typeAnnotation;
        const returned = type === undefined ? '' : text.slice(type.start, type.end);
        return declaration.id !== null && isShown(path, returned)
          ? [{ path, name: declaration.id.name }]
          : [];
      }
      if (declaration?.type !== 'VariableDeclaration') return [];
      return declaration.declarations.flatMap(({ id, init }) => {
        const written = init === null ? '' : text.slice(init.start, init.end);
        const isArrow = /^\([^]*?\): (Message|Modal) =>/.test(written);
        return id.type === 'Identifier' && isArrow ? [{ path, name: id.name }] : [];
      });
    });
  });
}

const isShown = (path: string, returned: string): boolean =>
  shownTypes.test(returned) || (path === 'jobs/home/view.ts' && returned === 'Block[]');
