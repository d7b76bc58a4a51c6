// The page's own line icons, drawn on a grid of 20; always beside words or on a labelled button, so hidden from readers.
import type { VNode } from 'preact';

const paths = {
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5L5 15',
  hash: 'M7.5 3L6 17M14 3l-1.5 14M3.5 7.5h14M2.5 12.5h14',
  chat: 'M3 4.5h14v9H9l-4 3v-3H3z',
  home: 'M3 9.5L10 3.5l7 6M5 8.5V16h10V8.5',
  cloud: 'M6 15.5a3.5 3.5 0 0 1-.4-7A4.6 4.6 0 0 1 14.4 8 3.8 3.8 0 0 1 14 15.5z',
  thread: 'M4 4.5h12M4 9h12M8 13.5h8M4 13.5h.01',
  dots: 'M4.2 10h.6M9.700 10h.6M15.200 10h.6',
  send: 'M3.5 16.5L17 10 3.5 3.5 5 10zM5 10h6',
  chevron: 'M5.5 7.5L10 12l4.5-4.5',
  check: 'M4 10.5l4 4 8-9',
  down: 'M10 4v11M5 10.5l5 5 5-5',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  moon: 'M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3v14a7 7 0 0 0 0-14z',
  people:
    'M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 16c0-2.8 2.2-4.6 5-4.6s5 1.8 5 4.6M13 4.4a2.6 2.6 0 0 1 0 5M14.5 11.7c1.9.6 3 2.2 3 4.3',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  file: 'M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15',
  stop: 'M5.5 5.5h9v9h-9z',
  thumbUp:
    'M7 9l3-6c1.5 0 2 1 1.6 2.5L11 8h4.5c1 0 1.6.8 1.3 1.8l-1.3 5c-.2.8-.8 1.2-1.5 1.2H7zM4 9h3v7H4z',
  thumbDown:
    'M7 11l3 6c1.5 0 2-1 1.6-2.5L11 12h4.5c1 0 1.6-.8 1.3-1.8l-1.3-5C15.300 4.400 14.700 4 14 4H7zM4 4h3v7H4z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
