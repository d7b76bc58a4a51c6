// Accessibility rules of copy: spoken texts, alternative texts, and emoji with words.
import { expect, test } from 'vitest';
import type { Scene } from '../setup/docs/scene.ts';
import { chapters } from '../setup/docs/scenes/index.ts';

interface Rule {
  readonly title: string;
  /** The violations in a scene, as written. */
  broken(scene: Scene): readonly string[];
}

/** Scenes that still violate a rule, by rule. An entry that no longer applies fails. */
type Todo = Readonly<Record<string, readonly string[]>>;

const textOf = (scene: Scene): string | undefined =>
  'message' in scene ? scene.message.text : undefined;

const blocksOf = (scene: Scene): readonly unknown[] => {
  if ('message' in scene) return scene.message.blocks;
  return 'modal' in scene ? scene.modal.blocks : scene.home;
};

/** Every object of the blocks, at any depth. */
function partsOf(shown: unknown): Record<string, unknown>[] {
  if (Array.isArray(shown)) return shown.flatMap(partsOf);
  if (typeof shown !== 'object' || shown === null) return [];
  const part = shown as Record<string, unknown>;
  return [part, ...Object.values(part).flatMap(partsOf)];
}

const matching = (pattern: RegExp) => (scene: Scene) => textOf(scene)?.match(pattern) ?? [];

const emoji = /:[a-z][a-z0-9_+-]*:(?!\d)/g;

/** Lines with an emoji that no word follows. */
function marksAlone(text: string): string[] {
  return text.split('\n').filter((line) => {
    const [, ...rest] = line.split(emoji);
    return rest.some((after) => !/\p{L}{2}/u.test(after));
  });
}

const rules: readonly Rule[] = [
  {
    title: 'the text of a message is not empty',
    broken: (scene) => (textOf(scene)?.trim() === '' ? ['empty'] : []),
  },
  { title: 'the text of a message holds no emoji code', broken: matching(emoji) },
  {
    title: 'the text of a message holds no mark of bold or italics',
    broken: matching(/(?<=^|[\s(“])([*_])(?=\S)[^*_\n]*\S\1(?=$|[\s).,:;”])/g),
  },
  { title: 'the text of a message holds no code span', broken: matching(/`[^`]*`/g) },
  {
    title: 'the text of a message holds no link or date in the syntax of Slack',
    broken: matching(/<[^<>]*\|[^<>]*>/g),
  },
  {
    title: 'every image has an alt text',
    broken: (scene) =>
      partsOf(blocksOf(scene))
        .filter(
          ({ type, alt_text: text }) =>
            type === 'image' && !(typeof text === 'string' && /\w/.test(text)),
        )
        .map(() => 'image'),
  },
  {
    title: 'a word follows every emoji',
    broken: (scene) =>
      partsOf(blocksOf(scene)).flatMap(({ type, text }) =>
        type === 'mrkdwn' && typeof text === 'string' ? marksAlone(text) : [],
      ),
  },
  {
    title: 'a button has a label with a word',
    broken: (scene) =>
      partsOf(blocksOf(scene)).flatMap(({ type, text }) =>
        type === 'button' && !/\p{L}{2}/u.test(JSON.stringify(text)) ? ['button'] : [],
      ),
  },
];

const todo: Todo = {};

test.each(rules)('$title', ({ title, broken }) => {
  const found = chapters.flatMap((chapter) =>
    chapter.scenes
      .filter((scene) => broken(scene).length > 0)
      .map((scene) => `${chapter.title}: ${scene.title}`),
  );
  expect([...new Set(found)]).toEqual(todo[title] ?? []);
});

test('every rule with known violations exists', () => {
  const titles = rules.map(({ title }) => title);
  expect(Object.keys(todo).filter((title) => !titles.includes(title))).toEqual([]);
});
