// Printer of an exchange: new messages during the wait, all changes at the end.
import type { Screen, ScreenMessage } from '../slack/screen.ts';
import type { Ending, Talk } from './conversation.ts';
import { bodyLines, namesOf, renderMessage, renderModal } from './render-screen.ts';
import type { News } from './what-is-new.ts';

export interface Printer extends Talk {
  end(ending: Ending): void;
}

export interface PrinterOptions {
  readonly people: readonly { id: string; name: string }[];
  readonly isJson: boolean;
  /** Print during the exchange already. */
  readonly isLive: boolean;
  readonly print: (line: string) => void;
  readonly note: (line: string) => void;
}

export function createPrinter(options: PrinterOptions): Printer {
  const { people, isJson, isLive, print } = options;
  /** The last printed text, per message and modal. */
  const printed = new Map<string, string>();
  const progress = new Set<string>();

  const show = (key: string, text: string): void => {
    if (printed.get(key) === text) return;
    printed.set(key, text);
    print(text);
  };
  const showProgress = (message: ScreenMessage, lines: readonly string[]): void => {
    for (const line of lines) {
      // A line with only a counter (seconds, percent, a bar) is not a change.
      const key = `${message.ts} ${line.replaceAll(/[\d.█▓▒░▏▎▍▌▋▊▉■□#=-]+/g, '')}`;
      if (progress.has(key) || line.trim() === '') continue;
      progress.add(key);
      if (printed.has(message.ts)) print(`  … ${line.trim()}`);
    }
  };
  const showMessages = (news: News, screen: Screen, isEnd: boolean): void => {
    const names = namesOf(screen, people);
    for (const message of news.messages) {
      const lines = bodyLines(message, names);
      if (!isEnd) showProgress(message, lines);
      if (isEnd || !printed.has(message.ts)) show(message.ts, renderMessage(message, names));
    }
    for (const modal of news.modals) {
      if (isEnd || !printed.has(modal.id)) show(modal.id, renderModal(modal, names));
    }
  };

  return {
    note: (line) => (isJson ? options.note(line) : print(line)),
    look: (news, screen) => {
      if (isLive && !isJson) showMessages(news, screen, false);
    },
    end: ({ news, screen, status }) => {
      if (isJson) print(JSON.stringify({ status, ...news }, undefined, 2));
      else showMessages(news, screen, true);
    },
  };
}
