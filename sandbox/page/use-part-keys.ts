// F6 and Shift+F6 between page parts, as in Slack, to skip messages' Tab stops.
import { useEffect } from 'preact/hooks';

const parts = [
  '.side .person',
  'main .messages, main .home-tab',
  'main #composer',
  '.thread-pane textarea',
  '.cloud-slot .icon-button',
] as const;

export function usePartKeys(): void {
  useEffect(() => {
    const move = (event: KeyboardEvent): void => {
      if (event.key !== 'F6' || document.querySelector('dialog[open]') !== null) return;
      const stops = parts
        .map((part) => document.querySelector<HTMLElement>(part))
        .filter((stop) => stop !== null && stop.closest('[inert]') === null);
      const here = document.activeElement;
      const region = here?.closest('.side, .messages, .composer, .thread-pane, .cloud-slot');
      const at = stops.findIndex(
        (stop) => stop === here || (region !== null && region?.contains(stop) === true),
      );
      const step = event.shiftKey ? -1 : 1;
      const from = at === -1 && event.shiftKey ? 0 : at;
      event.preventDefault();
      stops[(from + step + stops.length) % stops.length]?.focus();
    };
    document.addEventListener('keydown', move);
    return () => document.removeEventListener('keydown', move);
  }, []);
}
