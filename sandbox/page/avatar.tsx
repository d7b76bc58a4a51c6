// Who it is, at a glance: initials on the person's own colour, a mark for the app. Always beside the name.
import type { VNode } from 'preact';

export function Avatar({
  from,
  small = false,
}: {
  from: { readonly id: string; readonly realName: string; readonly isBot: boolean };
  small?: boolean;
}): VNode {
  const size = small ? 'small' : '';
  if (from.isBot) {
    return (
      <span class={`avatar bot ${size}`} aria-hidden="true">
        <svg viewBox="0 0 20 20">
          <path d="M4 16V8l6-4 6 4v8M4 11.500h12M10 4v12" />
        </svg>
      </span>
    );
  }
  const initials = from.realName
    .split(' ')
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 2);
  return (
    <span class={`avatar hue-${hueOf(from.id)} ${size}`} aria-hidden="true">
      {initials}
    </span>
  );
}

/** One of six, always the same for a person. */
function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return sum % 6;
}
