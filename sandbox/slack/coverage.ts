// Coverage of Slack, with the document and the test of each method.
import type { CoverageRow } from '../core/coverage.ts';

const METHODS = 'https://docs.slack.dev/reference/methods/';

function method(name: string, shownBy: string, missing?: string): CoverageRow {
  const row = {
    method: name,
    follows: `${METHODS}${name}`,
    shownBy: `sandbox/test/slack/${shownBy}`,
  };
  return missing === undefined
    ? { ...row, state: 'supported' }
    : { ...row, state: 'partial', missing };
}

/** One row per Web API method; a test compares them with the routes. */
export const webApiCoverage: readonly CoverageRow[] = [
  method('auth.test', 'web-api.test.ts'),
  method('apps.connections.open', 'socket-mode.test.ts'),
  method('agents.sessions.setStatus', 'web-api.test.ts', 'icons, names, warnings'),
  method('agents.sessions.rename', 'web-api.test.ts', 'session channels'),
  method('assistant.threads.setStatus', 'web-api.test.ts', 'rotating loading messages'),
  method('assistant.threads.setTitle', 'more-methods.test.ts'),
  method('assistant.threads.setSuggestedPrompts', 'more-methods.test.ts', 'buttons on the page'),
  method('api.test', 'more-methods.test.ts'),
  method('team.info', 'more-methods.test.ts', 'icons'),
  method('bots.info', 'more-methods.test.ts', 'icons'),
  method('chat.postMessage', 'web-api.test.ts', 'unfurls, icons, names, reply_broadcast'),
  method('chat.update', 'web-api.test.ts', 'files, reply_broadcast'),
  method('chat.delete', 'web-api.test.ts'),
  method('chat.postEphemeral', 'web-api.test.ts', 'icons, names'),
  method('chat.getPermalink', 'web-api.test.ts'),
  method('chat.startStream', 'streams.test.ts', 'task_display_mode, icons, names'),
  method('chat.appendStream', 'streams.test.ts'),
  method('chat.stopStream', 'streams.test.ts'),
  method('views.open', 'views.test.ts', 'interactivity_pointer'),
  method('views.push', 'views.test.ts', 'interactivity_pointer'),
  method('views.update', 'views.test.ts'),
  method('views.publish', 'views.test.ts'),
  method('conversations.info', 'web-api.test.ts'),
  method('conversations.open', 'web-api.test.ts', 'group direct messages'),
  method('conversations.list', 'web-api.test.ts', 'private channels, which there are none of'),
  method('conversations.members', 'web-api.test.ts'),
  method('conversations.history', 'web-api.test.ts'),
  method('conversations.replies', 'web-api.test.ts'),
  method('conversations.join', 'more-methods.test.ts'),
  method(
    'users.conversations',
    'more-methods.test.ts',
    'private channels, which there are none of',
  ),
  method('reactions.add', 'web-api.test.ts'),
  method('reactions.remove', 'more-methods.test.ts', 'files'),
  method('users.info', 'web-api.test.ts'),
  method('users.list', 'web-api.test.ts'),
  method('users.lookupByEmail', 'web-api.test.ts'),
  method('usergroups.users.list', 'web-api.test.ts'),
  method('files.getUploadURLExternal', 'web-api.test.ts', 'upload from a URL'),
  method('files.completeUploadExternal', 'web-api.test.ts', 'one channel; blocks'),
  method('files.info', 'more-methods.test.ts', 'previews, thumbnails, permalinks'),
];

const INTERACTIVITY = 'https://docs.slack.dev/interactivity/';

/** Features of Slack besides its Web API. */
export const platformCoverage: readonly CoverageRow[] = [
  {
    method: 'slash commands',
    state: 'supported',
    follows: `${INTERACTIVITY}implementing-slash-commands`,
    shownBy: 'sandbox/test/slack/deliveries.test.ts',
  },
  {
    method: 'response_url',
    state: 'supported',
    follows: `${INTERACTIVITY}handling-user-interaction`,
    shownBy: 'sandbox/test/slack/deliveries.test.ts',
  },
  {
    method: 'block_actions',
    state: 'partial',
    follows: 'https://docs.slack.dev/reference/interaction-payloads/block_actions-payload',
    shownBy: 'sandbox/test/slack/deliveries.test.ts',
    missing: 'inputs that dispatch on each character',
  },
  {
    method: 'message shortcuts',
    state: 'supported',
    follows: `${INTERACTIVITY}implementing-shortcuts`,
    shownBy: 'sandbox/test/slack/deliveries.test.ts',
  },
  {
    method: 'view_submission, view_closed',
    state: 'supported',
    follows: 'https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload',
    shownBy: 'sandbox/test/slack/views.test.ts',
  },
  {
    method: 'Events API',
    state: 'partial',
    follows: 'https://docs.slack.dev/apis/events-api/',
    shownBy: 'sandbox/test/slack/deliveries.test.ts',
    missing:
      'app_mention, message, app_home_opened and agent_session_stopped only; no rich_text blocks on what people type; no app_rate_limited',
  },
  {
    method: 'Socket Mode',
    state: 'partial',
    follows: 'https://docs.slack.dev/apis/events-api/using-socket-mode',
    shownBy: 'sandbox/test/slack/socket-mode.test.ts',
    missing: 'events wait for a lost app without an end, at most a hundred',
  },
  {
    method: 'rate limits',
    state: 'partial',
    follows: 'https://docs.slack.dev/apis/web-api/rate-limits',
    shownBy: 'sandbox/test/slack/rate-limits.test.ts',
    missing: 'the extra that Slack allows above a tier now and then: here the tier is the limit',
  },
  {
    method: 'Block Kit',
    state: 'partial',
    follows: 'https://docs.slack.dev/reference/block-kit/blocks',
    shownBy: 'sandbox/test/slack/block-limits.test.ts',
    missing: 'video and data_visualization blocks, workflow buttons',
  },
];

export const slackCoverage: readonly CoverageRow[] = [...webApiCoverage, ...platformCoverage];
