// Tests of modals and Home tabs with the unmodified client.
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordingApp, startRecordingApp } from './support/recording-app.ts';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

let slack: SlackSandbox;
let app: RecordingApp;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack();
  app = await startRecordingApp();
  slack.setBotUrl(app.url);
  client = webClient(slack);
});
afterEach(async () => {
  await app.stop();
  await slack.stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'more', text: plain('More') }],
};
const modal = (title: string, extra: object = {}) => ({
  type: 'modal' as const,
  title: plain(title),
  blocks: [button],
  ...extra,
});
const input = (block_id: string, element: object, extra: object = {}) => ({
  type: 'input',
  block_id,
  label: plain(block_id),
  element: { action_id: 'a', ...element },
  ...extra,
});

async function trigger(): Promise<string> {
  await slack.human('command', { as: 'alice', channel: 'llm-gateway', text: '/llmgw' });
  return String(app.deliveries.at(-1)?.body['trigger_id']);
}
async function modalTrigger(): Promise<string> {
  await slack.human('click', { as: 'alice', label: 'More' });
  return String(app.deliveries.at(-1)?.body['trigger_id']);
}
const titles = async (as: string) => (await slack.screen(as)).modals.map((each) => each.title);

describe('triggers', () => {
  it('a trigger opens one modal, once, within three seconds', async () => {
    const trigger_id = await trigger();
    await client.views.open({ trigger_id, view: modal('One') });
    const again = client.views.open({ trigger_id, view: modal('Two') });
    expect(await refusal(again)).toMatchObject({ error: 'exchanged_trigger_id' });
    const late = await trigger();
    slack.step(3_001);
    const open = client.views.open({ trigger_id: late, view: modal('Late') });
    expect(await refusal(open)).toMatchObject({ error: 'expired_trigger_id' });
    const made = client.views.open({ trigger_id: 'made.up', view: modal('x') });
    expect(await refusal(made)).toMatchObject({ error: 'invalid_trigger_id' });
    expect(await titles('alice')).toEqual(['One']);
    expect(await titles('bob')).toEqual([]);
  });

  it('a trigger pushes only from inside a modal, up to three deep', async () => {
    const outside = client.views.push({ trigger_id: await trigger(), view: modal('x') });
    expect(await refusal(outside)).toMatchObject({ error: 'no_permission' });
    await client.views.open({ trigger_id: await trigger(), view: modal('One') });
    await client.views.push({ trigger_id: await modalTrigger(), view: modal('Two') });
    const three = await client.views.push({
      trigger_id: await modalTrigger(),
      view: modal('Three', { clear_on_close: true, notify_on_close: true }),
    });
    expect(await titles('alice')).toEqual(['One', 'Two', 'Three']);
    expect(three.view?.previous_view_id).not.toBe(three.view?.root_view_id);
    const four = client.views.push({ trigger_id: await modalTrigger(), view: modal('Four') });
    expect(await refusal(four)).toMatchObject({ error: 'push_limit_reached' });
    await slack.human('close-view', { as: 'alice' });
    expect(await titles('alice')).toEqual([]);
    expect(app.deliveries.at(-1)?.body).toMatchObject({ type: 'view_closed', is_cleared: true });
  });
});

describe('updates', () => {
  it('an update must match the last hash', async () => {
    const opened = await client.views.open({
      trigger_id: await trigger(),
      view: modal('One', { external_id: 'ext' }),
    });
    const { id: view_id = '', hash = '' } = opened.view ?? {};
    await client.views.update({ view_id, hash, view: modal('Two', { external_id: 'ext' }) });
    const stale = client.views.update({ view_id, hash, view: modal('Three') });
    expect(await refusal(stale)).toMatchObject({ error: 'hash_conflict' });
    await client.views.update({ external_id: 'ext', view: modal('Four') });
    expect(await titles('alice')).toEqual(['Four']);
    await slack.human('close-view', { as: 'alice' });
    const gone = client.views.update({ view_id, view: modal('Five') });
    expect(await refusal(gone)).toMatchObject({ error: 'not_found' });
  });

  it('each person has one published Home', async () => {
    const view = { type: 'home' as const, blocks: [{ type: 'divider' }] };
    const { view: home } = await client.views.publish({ user_id: 'U0BOB', view });
    expect((await slack.screen('bob')).home?.blocks).toMatchObject([{ type: 'divider' }]);
    expect((await slack.screen('alice')).home).toBeUndefined();
    await client.views.publish({ user_id: 'U0BOB', hash: home?.hash ?? '', view });
    const stale = client.views.publish({ user_id: 'U0BOB', hash: home?.hash ?? '', view });
    expect(await refusal(stale)).toMatchObject({ error: 'hash_conflict' });
  });
});

describe('limits', () => {
  it.each([
    [
      'title 24',
      modal('x'.repeat(25)),
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'no title',
      { ...modal('x'), title: undefined },
      'missing required field: title [json-pointer:/view]',
    ],
    [
      'submit 24',
      modal('x', { submit: plain('y'.repeat(25)) }),
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'private metadata 3000',
      modal('x', { private_metadata: 'y'.repeat(3001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'callback id 255',
      modal('x', { callback_id: 'y'.repeat(256) }),
      'must be less than 256 characters [json-pointer:/view/callback_id]',
    ],
    [
      'an input without submit',
      modal('x', { blocks: [input('i', { type: 'plain_text_input' })] }),
      'missing required field: submit [json-pointer:/view]',
    ],
    [
      '101 blocks',
      modal('x', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }),
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'an unknown property',
      modal('x', { colour: 'red' }),
      'invalid additional property: colour [json-pointer:/view]',
    ],
  ])('modals are refused: %s', async (_what, view, says) => {
    const call = client.apiCall('views.open', { trigger_id: await trigger(), view });
    expect(await refusal(call)).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [`[ERROR] ${says}`] },
    });
  });

  it('a view over 250 kB is refused', async () => {
    const blocks = Array.from({ length: 90 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(2900) },
    }));
    const call = client.views.open({ trigger_id: await trigger(), view: modal('x', { blocks }) });
    expect(await refusal(call)).toMatchObject({ error: 'view_too_large' });
  });
});

describe('submissions', () => {
  const choices = ['Small', 'Large'].map((each) => ({
    text: plain(each),
    value: each.toLowerCase(),
  }));
  const form = modal('Form', {
    submit: plain('Save'),
    callback_id: 'form',
    private_metadata: 'kept',
    blocks: [
      input('name', { type: 'plain_text_input', max_length: 5 }),
      input('nodes', { type: 'number_input', is_decimal_allowed: false, max_value: '9' }),
      input('size', { type: 'static_select', options: choices, initial_option: choices[0] }),
      input('who', { type: 'multi_users_select' }, { optional: true }),
    ],
  });
  const submit = (values: object) => slack.human('submit', { as: 'alice', values });
  const open = async () => client.views.open({ trigger_id: await trigger(), view: form });

  it('the client validates a submission before the app gets it', async () => {
    await open();
    const asked = app.deliveries.length;
    expect(await submit({ name: 'too long', nodes: '3.5', size: 'Huge' })).toMatchObject({
      delivered: false,
      errors: {
        name: 'This field must be at most 5 characters.',
        nodes: 'Please enter a valid number.',
        size: 'Please choose one of the options.',
      },
    });
    expect(await submit({ nodes: '10' })).toMatchObject({
      errors: {
        name: 'Please complete this required field.',
        nodes: 'Please enter a number of at most 9.',
      },
    });
    expect(await submit({ nickname: 'x' })).toMatchObject({ error: 'no_such_field' });
    expect(app.deliveries).toHaveLength(asked);
  });

  it('a submission has the state of every input', async () => {
    await open();
    await submit({ name: 'prod', nodes: '3', size: 'large', who: 'bob, U0NADIA' });
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0ALICE' },
      view: {
        callback_id: 'form',
        private_metadata: 'kept',
        state: {
          values: {
            name: { a: { type: 'plain_text_input', value: 'prod' } },
            nodes: { a: { type: 'number_input', value: '3' } },
            size: { a: { selected_option: { value: 'large' } } },
            who: { a: { selected_users: ['U0BOB', 'U0NADIA'] } },
          },
        },
      },
    });
    expect(await titles('alice')).toEqual([]);
  });

  it.each([
    ['update', { response_action: 'update', view: modal('New') }, ['New'], ''],
    ['push', { response_action: 'push', view: modal('Next') }, ['Form', 'Next'], ''],
    ['clear', { response_action: 'clear' }, [], ''],
    [
      'errors for an unknown input',
      { response_action: 'errors', errors: { x: 'y' } },
      ['Form'],
      'invalid_errors',
    ],
    [
      'an invalid view',
      { response_action: 'update', view: { type: 'modal' } },
      ['Form'],
      'invalid_arguments',
    ],
    ['an unknown action', { response_action: 'dance' }, ['Form'], 'invalid_response_action'],
  ])('a submission handles the response %s', async (_what, body, left, error) => {
    await open();
    app.answer = { body };
    const answer = await submit({ name: 'prod', nodes: '3' });
    expect(answer['error'] ?? '').toBe(error);
    expect(await titles('alice')).toEqual(left);
    const notice = (await slack.screen('alice')).modals[0]?.notice ?? '';
    expect(notice).toBe(error === '' ? '' : 'We had some trouble connecting. Try again?');
  });

  it('the modal stays open when the app fails', async () => {
    await open();
    app.answer = { status: 500 };
    expect(await submit({ name: 'prod', nodes: '3' })).toMatchObject({ delivered: false });
    expect(await titles('alice')).toEqual(['Form']);
  });
});
