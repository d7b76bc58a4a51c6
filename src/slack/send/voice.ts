// The worker role's side of Slack: the audience of jobs, the cards of runs, and refusals. It hears nothing.
import type { Redis } from 'ioredis';
import type { Audience } from '../../../jobs/audience.ts';
import type { Notice } from '../../../jobs/notices.ts';
import type { Fault } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Redactor } from '../../redaction.ts';
import type { Who } from '../../runbook/journal.ts';
import { createRunStore } from '../../runbook/run-store.ts';
import type { RenderCard, RunListener } from '../../runbook/worker-options.ts';
import { createApprovals } from '../../stores/approval-store.ts';
import { createHomeStore } from '../../stores/home-store.ts';
import { createAgentSessions } from '../ask/agent-sessions.ts';
import type { AnswerParts } from '../ask/answer-outlet.ts';
import { createAudience } from './audience.ts';
import { boltLog } from '../receive/bolt-log.ts';
import { createSlackApi } from './clients.ts';
import { connectMessenger } from './connect-messenger.ts';
import { createHomePages } from '../home/home-page.ts';
import { createOrganisationLookup } from '../people/organisation.ts';
import { createPeople } from '../people/people.ts';
import { type PeoplePolicy, defaultPolicy } from '../people/person.ts';
import { createLiveMessage } from './live-message.ts';
import { type Permissions, createGroupMembers, createPermissions } from '../permissions.ts';
import { createPictures } from '../pictures/pictures.ts';
import { createNativeStreams } from '../ask/native-streams.ts';
import { tellNotice } from './tell-notice.ts';
import { faultMessage } from '../views/fault.ts';
import type { RunbookOutline } from '../views/run-card.ts';

export interface SlackVoiceOptions {
  readonly botToken: string;
  /** Base URL of Slack's Web API. */
  readonly apiUrl: string;
  /** How many times Slack's published rate limits are granted. */
  readonly limits: number;
  readonly outlines: readonly RunbookOutline[];
  /** Slack ids, as configured: whom a question for approval goes to. */
  readonly operators: readonly string[];
  /** Hears every fault of a call to Slack. */
  readonly onFault?: (fault: Fault) => void;
  /** Who is served beside the members of this organisation; nobody by default. */
  readonly people?: PeoplePolicy;
  readonly redis: Redis;
  readonly prefix: string;
  readonly redactor: Redactor;
  readonly log: Log;
}

export interface SlackVoice {
  readonly audience: Audience;
  readonly permissions: Permissions;
  readonly renderCard: RenderCard;
  /** Shows the notice in that channel. @throws transient faults to be called again later. */
  tell(this: void, channel: string, notice: Notice): Promise<void>;
  /** Shows it to the person instead, as nothing can be written in the channel `lost`. */
  tellInstead(this: void, user: string, lost: string, notice: Notice): Promise<void>;
  /** Tells the person whose start, cancel or retry was refused. */
  readonly refusals: RunListener;
  /** Ends the thread that draws pictures. */
  close(this: void): Promise<void>;
}

export function createSlackVoice(options: SlackVoiceOptions): SlackVoice {
  const { botToken, apiUrl, outlines, log, onFault } = options;
  const hears = onFault === undefined ? {} : { onFault };
  const api = createSlackApi({ token: botToken, apiUrl, logger: boltLog(log), ...hears });
  const { messenger, memory, outgoing, budget } = connectMessenger({ ...options, api });
  const texts = createRunStore(options.redis, options.prefix);
  const answers: AnswerParts = {
    messenger,
    memory,
    outgoing,
    budget,
    streams: createNativeStreams({ api, budget }),
    sessions: createAgentSessions({ api, budget, memory, log }),
    promptOf: (job) => texts.readText(job),
    log,
  };
  const approvals = createApprovals(options.redis, options.prefix);
  const homes = createHomeStore(options.redis, options.prefix);
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
  const refuse = (by: Who, fault: Fault, runId: string): Promise<void> =>
    messenger.whisper(by, faultMessage(fault, runId));
  return {
    audience: createAudience({
      api,
      organisation,
      policy,
      messenger,
      memory,
      answers,
      log,
      operators: options.operators,
      approvals,
      homes,
      homePages: createHomePages({
        api,
        messenger,
        memory,
        budget,
        homes,
        approvals,
        permissions,
        log,
      }),
      membersOf: createGroupMembers(api),
      pictures,
    }),
    permissions,
    renderCard: createLiveMessage({ messenger, memory, outlines, log }),
    tell: (channel, notice) => tellNotice({ messenger, memory }, channel, notice),
    tellInstead: (user, lost, notice) => tellNotice({ messenger, memory }, user, notice, lost),
    refusals: {
      wants: () => false,
      onStartRefused: ({ by, runId }, fault) => refuse(by, fault, runId),
      onCommandRefused: ({ by, runId }, fault) => refuse(by, fault, runId),
    },
    close: pictures.close,
  };
}
