// Slack adapters of the worker role: job notifier, run cards and refusals. Sends only.
import type { Redis } from 'ioredis';
import type { Notice } from './health/watch/notices.ts';
import type { Fault } from '../src/kernel/errors.ts';
import type { Log } from '../src/kernel/log.ts';
import type { Redactor } from '../src/kernel/redaction.ts';
import { createTexts } from '../src/kernel/texts.ts';
import type { Who } from '../src/engine/journal.ts';
import type { RenderCard } from '../src/engine/worker-options.ts';
import type { CapabilityContext } from './index.ts';
import { failAnswer } from './ask/answer/answer-message.ts';
import { tellAnswers } from './ask/tell.ts';
import type { AskingParts } from './approvals/ask-approval.ts';
import { tellApprovals, tellWaiting } from './approvals/tell.ts';
import { tellHealth } from './health/tell.ts';
import { tellHomes } from './home/tell.ts';
import { showKey, tellKeys } from './keys/tell.ts';
import { tellPlans } from './provision/tell.ts';
import { tellQuotas } from './quota/tell.ts';
import { tellTeardowns } from './teardown/tell.ts';
import { readProfile } from '../src/slack/people/profile.ts';
import { replyTellers } from '../src/slack/outbox/replies.ts';
import type { Tellers } from '../src/slack/outbox/tell-entries.ts';
import type { Addressee } from '../src/job/addressee.ts';
import type { KeyReveal } from './keys/notifier.ts';
import { recordedMethods } from './recorded-notifier.ts';
import { whenAdmitted } from '../src/slack/send/messenger.ts';
import type { SlackMemory } from '../src/slack/send/slack-memory.ts';
import { createSpeaker } from '../src/slack/send/speaker.ts';
import { type FaultTeller, tellFault } from '../src/slack/send/tell-fault.ts';
import { createApprovals } from './approvals/store.ts';
import { createHomeStore } from './home/store.ts';
import { createAgentSessions } from './ask/answer/agent-sessions.ts';
import type { AnswerParts } from './ask/answer/answer-outlet.ts';
import { boltLog } from '../src/slack/send/bolt-log.ts';
import { createSlackApi } from '../src/slack/send/clients.ts';
import { connectMessenger } from '../src/slack/send/connect-messenger.ts';
import { createHomePages } from './home/page.ts';
import { createOrganisationLookup } from '../src/slack/people/organisation.ts';
import { createPeople } from '../src/slack/people/people.ts';
import { type PeoplePolicy, defaultPolicy } from '../src/slack/people/person.ts';
import { createLiveMessage } from './runs/card/live-message.ts';
import {
  type Permissions,
  createGroupMembers,
  createPermissions,
} from '../src/slack/people/permissions.ts';
import { createPictures } from './quota/usage/pictures.ts';
import { createNativeStreams } from './ask/answer/native-streams.ts';
import { tellNotice } from './health/watch/tell-notice.ts';
import { faultMessage } from '../src/slack/messages/fault.ts';
import type { RunbookOutline } from './runs/card/outline.ts';

export interface SlackNotifierOptions {
  readonly botToken: string;
  /** Base URL of Slack's Web API. */
  readonly apiUrl: string;
  /** Factor of Slack's published rate limits that the app has been granted. */
  readonly limits: number;
  /** Display of growing answers in channels. */
  readonly channelAnswers: AnswerParts['channelAnswers'];
  readonly outlines: readonly RunbookOutline[];
  /** Slack ids, as configured; approval requests go to them. */
  readonly operators: readonly string[];
  /** Called with every fault of a call to Slack. */
  readonly onFault?: (fault: Fault) => void;
  /** People outside this organization who are served; none by default. */
  readonly people?: PeoplePolicy;
  readonly redis: Redis;
  readonly prefix: string;
  readonly redactor: Redactor;
  readonly log: Log;
}

export interface SlackNotifier {
  readonly notifier: CapabilityContext['notifier'];
  readonly permissions: Permissions;
  readonly renderCard: RenderCard;
  /** Shows the notice in that channel. @throws transient faults, to be retried later. */
  tell(this: void, channel: string, notice: Notice): Promise<void>;
  /** Shows it to the person, as the bot can't post in the channel `lost`. */
  tellInstead(this: void, user: string, lost: string, notice: Notice): Promise<void>;
  /** Called by the outbox with the stored message. */
  readonly tellers: Tellers;
  readonly memory: SlackMemory;
  /** Shows the key itself, unstored, while its owner waits for it. @returns whether it is shown. */
  showKey(this: void, to: Addressee, reveal: KeyReveal): Promise<boolean>;
  /** Ends the thread that draws charts. */
  close(this: void): Promise<void>;
}

export function createSlackNotifier(options: SlackNotifierOptions): SlackNotifier {
  const { botToken, apiUrl, outlines, log, onFault } = options;
  const api = createSlackApi({
    token: botToken,
    apiUrl,
    logger: boltLog(log),
    ...(onFault === undefined ? {} : { onFault }),
  });
  const { messenger, memory, outgoing, budget } = connectMessenger({ ...options, api });
  const texts = createTexts(options.redis, options.prefix, log);
  const answers: AnswerParts = {
    messenger,
    memory,
    outgoing,
    budget,
    channelAnswers: options.channelAnswers,
    streams: createNativeStreams({ api, budget }),
    sessions: createAgentSessions({ api, budget, memory, log }),
    promptOf: texts.read,
    log,
  };
  const approvals = createApprovals(options.redis, options.prefix, log);
  const homes = createHomeStore(options.redis, options.prefix, log);
  const pictures = createPictures({ log });
  const policy = options.people ?? defaultPolicy;
  const organisation = createOrganisationLookup(api, log);
  const people = createPeople({ api, organisation, policy, log });
  const permissions = createPermissions({
    operators: options.operators,
    api,
    log,
    people,
    areAdmitted: true,
  });
  const speaker = createSpeaker({ messenger, memory, log });
  const asking: AskingParts = {
    approvals,
    messenger,
    memory,
    operators: options.operators,
    membersOf: createGroupMembers(api),
    log,
  };
  const home = { api, messenger, memory, budget, homes, approvals, permissions, log };
  const pages = createHomePages(home);
  const notifier: SlackNotifier['notifier'] = {
    profile: (user, asker) => readProfile({ api, organisation, policy, memory }, user, asker),
    fail: (to, fault) => {
      const inAnswer: FaultTeller = (...failed) => failAnswer(answers, ...failed);
      return tellFault(speaker, inAnswer, to, fault);
    },
    ...tellKeys(speaker),
    ...tellHealth(speaker),
    ...tellPlans(speaker),
    ...tellTeardowns(speaker),
    ...tellApprovals(speaker, asking),
    ...tellQuotas(speaker, asking, pictures),
    ...tellAnswers(speaker, answers),
    ...tellHomes(homes, pages),
  };
  const outboxTellers = {
    ...(Object.fromEntries(recordedMethods.map((what) => [what, notifier[what]])) as Tellers),
    ...replyTellers(messenger),
    tellWaiting: (to: Addressee, until: number) => tellWaiting(speaker, to, until),
    endSession: answers.sessions.end,
    refuse: (by: Who, fault: Fault, runId: string) =>
      whenAdmitted(() => messenger.postEphemeral(by, faultMessage(fault, runId))),
  };
  return {
    notifier,
    tellers: outboxTellers,
    memory,
    showKey: (to, reveal) => showKey(speaker, to, reveal),
    permissions,
    renderCard: createLiveMessage({ messenger, memory, outlines, log }),
    tell: (channel, notice) => tellNotice({ messenger, memory }, channel, notice),
    tellInstead: (user, lost, notice) => tellNotice({ messenger, memory }, user, notice, lost),
    close: pictures.close,
  };
}
