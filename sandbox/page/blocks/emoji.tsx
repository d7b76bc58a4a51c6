// Emoji by name: the bot's state marks as drawings in the theme's colours, others as the system draws them.
import type { VNode } from 'preact';

interface Drawing {
  readonly shape: 'disc' | 'ring' | 'octagon' | 'triangle' | 'square' | 'none';
  readonly tone: 'ok' | 'warn' | 'bad' | 'info' | 'idle';
  /** Strokes on a grid of 20; on a filled shape in the paper's colour. */
  readonly path?: string;
}

const tick = 'M6 10.5l2.8 2.8 5.2-6';
const cross = 'M7 7l6 6M13 7l-6 6';
const glass =
  'M6 3.500h8M6 16.500h8M7 3.500c0 4 3 4.500 3 6.500s-3 2.500-3 6.500M13 3.500c0 4-3 4.500-3 6.500s3 2.500 3 6.500';

const drawings: Readonly<Record<string, Drawing>> = {
  white_check_mark: { shape: 'disc', tone: 'ok', path: tick },
  heavy_check_mark: { shape: 'none', tone: 'ok', path: tick },
  x: { shape: 'disc', tone: 'bad', path: cross },
  warning: { shape: 'triangle', tone: 'warn', path: 'M10 8v3.500M10 14h.01' },
  no_entry: { shape: 'disc', tone: 'bad', path: 'M6 10h8' },
  no_entry_sign: { shape: 'ring', tone: 'bad', path: 'M5.500 5.500l9 9' },
  octagonal_sign: { shape: 'octagon', tone: 'bad', path: 'M7 10h6' },
  rotating_light: { shape: 'disc', tone: 'bad', path: 'M10 6v5M10 13.800h.01' },
  hourglass: { shape: 'none', tone: 'info', path: glass },
  hourglass_flowing_sand: { shape: 'none', tone: 'info', path: glass },
  white_circle: { shape: 'ring', tone: 'idle' },
  large_blue_circle: { shape: 'disc', tone: 'info' },
  large_green_circle: { shape: 'disc', tone: 'ok' },
  large_orange_circle: { shape: 'disc', tone: 'warn' },
  large_yellow_circle: { shape: 'disc', tone: 'warn' },
  red_circle: { shape: 'disc', tone: 'bad' },
  grey_question: {
    shape: 'ring',
    tone: 'idle',
    path: 'M8 8.200a2 2 0 1 1 3 1.700c-.7.4-1 .8-1 1.600M10 13.800h.01',
  },
  information_source: { shape: 'disc', tone: 'info', path: 'M10 9.500V14M10 6.500h.01' },
  heavy_plus_sign: { shape: 'none', tone: 'ok', path: 'M10 5v10M5 10h10' },
  heavy_minus_sign: { shape: 'none', tone: 'bad', path: 'M5 10h10' },
  arrows_counterclockwise: {
    shape: 'none',
    tone: 'info',
    path: 'M4.500 8.500a6 6 0 0 1 10.500-2M15 3.500v3h-3M15.500 11.500a6 6 0 0 1-10.500 2M5 16.500v-3h3',
  },
  leftwards_arrow_with_hook: {
    shape: 'none',
    tone: 'idle',
    path: 'M7.500 5L4 8.500 7.500 12M4 8.500h8a4 4 0 0 1 0 8h-2',
  },
  pencil2: { shape: 'none', tone: 'info', path: 'M4 16l1-3.500L13.500 4 16 6.500 7.500 15z' },
  mag: {
    shape: 'none',
    tone: 'info',
    path: 'M8.800 4a4.800 4.800 0 1 0 0 9.600 4.800 4.800 0 0 0 0-9.600zM12.300 12.300L16.500 16.500',
  },
  key: {
    shape: 'none',
    tone: 'warn',
    path: 'M6.500 7.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9 9.500h8M14.500 9.500v3M17 9.500v2',
  },
  lock: { shape: 'none', tone: 'ok', path: 'M5 9h10v7H5zM7 9V6.500a3 3 0 0 1 6 0V9' },
  unlock: { shape: 'none', tone: 'warn', path: 'M5 9h10v7H5zM7 9V6.500a3 3 0 0 1 5.800-1' },
  bell: {
    shape: 'none',
    tone: 'info',
    path: 'M5 14h10l-1.300-2V8.500a3.700 3.700 0 0 0-7.400 0V12zM8.800 16.500h2.400',
  },
  eyes: {
    shape: 'none',
    tone: 'info',
    path: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  },
  speech_balloon: { shape: 'none', tone: 'info', path: 'M3 4.5h14v9H9l-4 3v-3H3z' },
  black_square_for_stop: { shape: 'square', tone: 'idle', path: 'M7.5 7.5h5v5h-5z' },
  white_small_square: { shape: 'none', tone: 'idle', path: 'M7 7h6v6H7z' },
  scissors: {
    shape: 'none',
    tone: 'idle',
    path: 'M5.500 4l7 9.500M14.500 4l-7 9.500M6 13.200a1.800 1.800 0 1 0 .1 0M14 13.200a1.800 1.800 0 1 0 .1 0',
  },
  raised_hand: {
    shape: 'none',
    tone: 'warn',
    path: 'M6 10V5.500M9 9.500V3.500M12 9.500V4.500M15 10.500V6.500M6 10l-2-1.500 2.500 6.500c1 2 7 2.500 8.500-1.500v-3.500',
  },
  bar_chart: { shape: 'none', tone: 'info', path: 'M4 16V10M8 16V5M12 16V8M16 16v-4' },
  alarm_clock: { shape: 'ring', tone: 'info', path: 'M10 6.500V10l2.500 1.500' },
  stopwatch: { shape: 'ring', tone: 'info', path: 'M10 6.500V10l2.500 1.500' },
  broom: { shape: 'none', tone: 'info', path: 'M14.500 3.500L10 9M7 8l5 4.500-3 4-6-1z' },
  rocket: {
    shape: 'none',
    tone: 'info',
    path: 'M7 13c0-5 3-8.500 8.500-8.500C15.500 10 12 13 7 13zM7 13l-2.500 2.500M7.500 8.500H4.500L3.500 11M11.500 12.500v3L9 16.500',
  },
};

/** Drawn here, so that it looks the same with and without a font for it. */
export function isEmoji(name: string): boolean {
  return name in drawings;
}

export function Emoji({ name }: { name: string }): VNode {
  const label = name.replaceAll('_', ' ');
  const drawing = drawings[name];
  if (drawing === undefined) {
    return (
      <span role="img" aria-label={label}>
        :{name}:
      </span>
    );
  }
  return (
    <svg
      class={`emoji ${drawing.tone} ${drawing.shape}`}
      viewBox="0 0 20 20"
      role="img"
      aria-label={label}
    >
      <Shape shape={drawing.shape} />
      {drawing.path === undefined ? null : <path class="stroke" d={drawing.path} />}
    </svg>
  );
}

function Shape({ shape }: Pick<Drawing, 'shape'>): VNode | null {
  switch (shape) {
    case 'disc':
    case 'ring':
      return <circle class="shape" cx="10" cy="10" r={shape === 'disc' ? 8 : 7} />;
    case 'octagon':
      return (
        <path class="shape" d="M6.700 2h6.600L18 6.700v6.600L13.300 18H6.700L2 13.300V6.700z" />
      );
    case 'triangle':
      return <path class="shape" d="M10 2.500l8 14.500H2z" />;
    case 'square':
      return <path class="shape" d="M3 3h14v14H3z" />;
    case 'none':
      return null;
  }
}
