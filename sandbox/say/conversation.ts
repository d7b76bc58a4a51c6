// One exchange of `say`: action, job, questions, outcome.
import { type StoredElement, elementsOf, wordsOf } from '../slack/blocks/stored-block.ts';
import type { Screen, ScreenMessage, ScreenModal } from '../slack/screen.ts';
import type { SayArguments } from './arguments.ts';
import { type Mark, type Status, markOf } from './marks.ts';
import { type HumanAnswer, type SandboxClient, SayError } from './sandbox-client.ts';
import { type News, whatIsNew } from './what-is-new.ts';

/** Observation time without --wait. */
const LOOK_MS = 3_000;

export interface Ending {
  readonly status: Status | 'nothing' | 'timeout';
  readonly news: News;
  readonly screen: Screen;
}

export interface Talk {
  /** Immediate information for the person: a clicked button, or an error of Slack. */
  note(line: string): void;
  /** Called at each read of the screen with everything new so far. */
  look(news: News, screen: Screen): void;
}

/** @throws SayError */
export async function converse(
  client: SandboxClient,
  asked: SayArguments,
  talk: Talk,
): Promise<Ending> {
  const before = await client.screen(asked.as);
  const exchange = new Exchange(client, asked, talk, before);
  return exchange.run();
}

class Exchange {
  readonly #client: SandboxClient;
  readonly #asked: SayArguments;
  readonly #talk: Talk;
  readonly #before: Screen;
  readonly #jobs = new Set<string>();
  readonly #clicks: string[];
  /** Messages with marks for this person: answers to their clicks. */
  readonly #clicked = new Set<string>();
  readonly #answered = new Set<string>();
  #submit: Readonly<Record<string, string>> | undefined;
  #ownTs: string | undefined;
  #lastActAt = Date.now();

  constructor(client: SandboxClient, asked: SayArguments, talk: Talk, before: Screen) {
    this.#client = client;
    this.#asked = asked;
    this.#talk = talk;
    this.#before = before;
    this.#clicks = [...asked.clicks];
    this.#submit = asked.submit;
  }

  async run(): Promise<Ending> {
    await this.#speak();
    await this.#chooseShortcut();
    const end = new AbortController();
    const deadline = setTimeout(() => end.abort(), this.#asked.timeoutMs);
    // Without --wait the exchange ends after a short silence, which each of our actions restarts.
    const quiet = this.#asked.wait ? undefined : setInterval(() => this.#endQuietly(end), 50);
    let screen = this.#before;
    try {
      const changes = this.#client.changes(this.#asked.as, end.signal);
      while ((await changes.next()).done !== true) {
        screen = await this.#client.screen(this.#asked.as);
        const news = whatIsNew(this.#before, screen);
        this.#talk.look(news, screen);
        const status = await this.#decide(news, screen);
        if (status !== undefined) return { status, news, screen };
      }
      throw new SayError('The sandbox stopped before the outcome. Start it again, then retry.');
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      clearTimeout(deadline);
      clearInterval(quiet);
      end.abort();
    }
    screen = await this.#client.screen(this.#asked.as);
    const isLate = this.#asked.wait || this.#hasPlans();
    return {
      status: isLate ? 'timeout' : 'nothing',
      news: whatIsNew(this.#before, screen),
      screen,
    };
  }

  #endQuietly(end: AbortController): void {
    if (!this.#hasPlans() && Date.now() - this.#lastActAt > LOOK_MS) end.abort();
  }

  #hasPlans(): boolean {
    return this.#clicks.length > 0 || this.#submit !== undefined;
  }

  /** After our text or shortcut the next target comes with the answer; otherwise it exists. */
  #hasSpoken(): boolean {
    return this.#asked.text !== undefined || this.#asked.shortcut !== undefined;
  }

  async #speak(): Promise<void> {
    const { as, channel, text, threadTs, edit, attach, forward, broadcast } = this.#asked;
    if (text === undefined) return;
    const said = { as, channel, text, threadTs };
    const acted =
      edit !== undefined
        ? this.#act('edit', { as, ts: edit, text })
        : text.startsWith('/')
          ? this.#act('command', said)
          : this.#act('message', { ...said, files: attach, forward, broadcast });
    this.#ownTs = (await acted).ts;
  }

  async #chooseShortcut(): Promise<void> {
    const { shortcut, as } = this.#asked;
    if (shortcut === undefined) return;
    const isMeant = (word: string): boolean => word.toLowerCase() === shortcut.name.toLowerCase();
    const offered = await this.#client.shortcuts();
    const meant = offered.find(({ name, callbackId }) => isMeant(name) || isMeant(callbackId));
    if (meant === undefined) {
      const names = offered.map(({ name }) => `"${name}"`).join(', ') || 'none';
      throw new SayError(`There is no shortcut "${shortcut.name}". Use one of: ${names}.`);
    }
    const messageTs =
      meant.type === 'global'
        ? undefined
        : (shortcut.on ?? this.#ownTs ?? (await this.#newestMessage()));
    this.#talk.note(`Choosing "${meant.name}"`);
    const body = {
      as,
      shortcut: meant.callbackId,
      ...(messageTs === undefined ? {} : { messageTs }),
    };
    const answer = await this.#act('shortcut', body);
    if (answer.delivered === false) {
      throw new SayError(`The bot did not accept the shortcut (${answer.error ?? 'no answer'}).`);
    }
  }

  /** In the channel itself, and not ephemeral: Slack offers no shortcut on ephemeral messages. */
  async #newestMessage(): Promise<string> {
    const { as, channel } = this.#asked;
    const { messages } = await this.#client.screen(as, channel);
    const newest = messages.findLast((each) => !each.ephemeral && each.threadTs === undefined);
    if (newest !== undefined) return newest.ts;
    throw new SayError(`There is no message in ${channel} for the shortcut.`);
  }

  /** Runs an action, and reports Slack's errors. */
  async #act(path: string, body: object): Promise<HumanAnswer> {
    const answer = await this.#client.act(path, body);
    this.#lastActAt = Date.now();
    if (!answer.ok && answer.error !== 'confirm_required') {
      throw new SayError(answer.message ?? answer.error ?? 'The sandbox refused the action.');
    }
    return answer;
  }

  /** The next action for the current screen; a status at the end. */
  async #decide(news: News, screen: Screen): Promise<Status | undefined> {
    const failed = this.#slackFailure(news);
    if (failed) return 'failed';
    this.#followJobs(news);
    if (await this.#pressPlanned(news, screen)) return undefined;
    if (await this.#submitPlanned(screen)) return undefined;
    const over = [...news.messages, ...news.modals].flatMap((shown) => {
      const mark = markOf(shown);
      return mark?.kind === 'outcome' && this.#isOurs(shown, mark) ? [{ shown, mark }] : [];
    });
    const final = over.findLast(({ mark }) => mark.status !== 'asked');
    if (final !== undefined && !this.#hasPlans()) return final.mark.status;
    const question = over.findLast(
      ({ shown, mark }) => mark.status === 'asked' && !this.#answered.has(keyOf(shown, mark)),
    );
    if (question === undefined || this.#hasPlans()) return undefined;
    return (await this.#answer(question.shown, question.mark)) ? undefined : 'asked';
  }

  /** "failed with the error": Slack's own text, shown only to the person, after their action. */
  #slackFailure(news: News): boolean {
    return news.messages.some((each) => each.ephemeral && each.from.name === 'Slackbot');
  }

  #followJobs(news: News): void {
    for (const shown of [...news.messages, ...news.modals]) {
      const mark = markOf(shown);
      if (mark !== undefined && this.#speaksToUs(shown)) this.#jobs.add(mark.job);
    }
  }

  #isOurs(shown: ScreenMessage | ScreenModal, mark: Mark): boolean {
    return this.#jobs.has(mark.job) || this.#speaksToUs(shown);
  }

  #isAnswer(shown: ScreenMessage): boolean {
    const mark = markOf(shown);
    return this.#speaksToUs(shown) || (mark !== undefined && this.#jobs.has(mark.job));
  }

  /** Ephemerals and modals are only for this person; others count in their thread, direct message, or under their click. */
  #speaksToUs(shown: ScreenMessage | ScreenModal): boolean {
    if (!('ts' in shown)) return true;
    if (shown.ephemeral || shown.channel.startsWith('D')) return true;
    if (this.#clicked.has(shown.ts)) return true;
    if (shown.threadTs === undefined) return false;
    return shown.threadTs === this.#ownTs || shown.threadTs === this.#asked.threadTs;
  }

  async #pressPlanned(news: News, screen: Screen): Promise<boolean> {
    const label = this.#clicks[0];
    if (label === undefined) return false;
    // After our text, only buttons of the answer count, not those of messages for others.
    const where: { messages: readonly ScreenMessage[]; modals: readonly ScreenModal[] } =
      this.#hasSpoken()
        ? { ...news, messages: news.messages.filter((shown) => this.#isAnswer(shown)) }
        : screen;
    const target = newestButton(where, label);
    if (target === undefined) {
      if (this.#hasSpoken() || this.#clicked.size > 0) return false;
      throw new SayError(`${this.#asked.as} sees no button "${label}".`);
    }
    this.#clicks.shift();
    await this.#press(target.shown, label);
    return true;
  }

  async #answer(shown: ScreenMessage | ScreenModal, mark: Mark): Promise<boolean> {
    const primary = shown.blocks.flatMap(elementsOf).find((each) => each.style === 'primary');
    if (!this.#asked.wait || !this.#asked.confirm || primary === undefined) return false;
    this.#answered.add(keyOf(shown, mark));
    await this.#press(shown, wordsOf(primary.text));
    return true;
  }

  async #press(shown: ScreenMessage | ScreenModal, label: string): Promise<void> {
    this.#talk.note(`Selecting [${label}]`);
    const mark = markOf(shown);
    if (mark !== undefined) this.#answered.add(keyOf(shown, mark));
    const at = 'ts' in shown ? { messageTs: shown.ts } : { viewId: shown.id };
    if ('ts' in shown) this.#clicked.add(shown.ts);
    const body = { as: this.#asked.as, label, ...at };
    let answer = await this.#act('click', body);
    if (answer.error === 'confirm_required') {
      const question = `"${answer.message ?? ''}"`;
      if (!this.#asked.confirm)
        throw new SayError(`Slack asks ${question}. It was not confirmed because of --no-confirm.`);
      this.#talk.note(`Confirming ${question}`);
      answer = await this.#act('click', { ...body, confirmed: true });
    }
    if (answer.delivered === false) {
      throw new SayError(`The bot did not accept the action (${answer.error ?? 'no answer'}).`);
    }
  }

  async #submitPlanned(screen: Screen): Promise<boolean> {
    const modal = screen.modals.at(-1);
    if (this.#submit === undefined) return false;
    if (modal === undefined || modal.submit === null) {
      if (this.#hasSpoken() || this.#clicked.size > 0) return false;
      throw new SayError(`${this.#asked.as} has no open modal.`);
    }
    const values = this.#submit;
    this.#submit = undefined;
    this.#talk.note(`Submitting "${modal.title}"`);
    const answer = await this.#act('submit', { as: this.#asked.as, viewId: modal.id, values });
    const errors = Object.values(answer.errors ?? {});
    if (errors.length > 0) throw new SayError(`"${modal.title}": ${errors.join(' ')}`);
    if (answer.delivered === false) {
      throw new SayError(`The bot did not accept the submission (${answer.error ?? 'no answer'}).`);
    }
    return true;
  }
}

/** A repeated question is a new question. */
function keyOf(shown: ScreenMessage | ScreenModal, mark: Mark): string {
  return `${'ts' in shown ? shown.ts : shown.id} ${mark.kind} ${mark.job}`;
}

function newestButton(
  where: { messages: readonly ScreenMessage[]; modals: readonly ScreenModal[] },
  label: string,
): { shown: ScreenMessage | ScreenModal } | undefined {
  const isMeant = (element: StoredElement): boolean =>
    wordsOf(element.text).toLowerCase() === label.toLowerCase();
  const shown = [...where.messages, ...where.modals].findLast((each) =>
    each.blocks.flatMap(elementsOf).some(isMeant),
  );
  return shown === undefined ? undefined : { shown };
}
