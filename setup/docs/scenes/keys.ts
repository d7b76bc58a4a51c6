// Scenes of keys: the key, its announcement, the list, and the notices.
import type { KeyApp, KeyNews, KeyReveal, KeyRow } from '../../../jobs/keys/notifier.ts';
import { keyNewsMessage, keyNewsModal } from '../../../jobs/keys/news-view.ts';
import {
  keyEphemeral,
  keyModal,
  loadingKeyModal,
  maskedKeyMessage,
  maskedKeyModal,
} from '../../../jobs/keys/view.ts';
import {
  type Chapter,
  type Scene,
  alice,
  endpoint,
  gateway,
  hours,
  job,
  model,
  now,
  olivia,
} from '../scene.ts';

const reveal: KeyReveal = {
  gateway,
  app: 'llmgw-default',
  consumerKey: 'EXAMPLEKEYEXAMPLEKEY1a2b',
  endpoint,
  model,
  quota: '5 requests per minute',
  issuedAt: now,
  expiresAt: undefined,
  isNew: true,
};
const known: KeyReveal = { ...reveal, isNew: false, expiresAt: now + hours(720) };
const replaces = { old: ['••••9z8y'], until: now + hours(1) };

const facts = {
  owner: alice,
  gateway,
  app: 'llmgw-default',
  masked: '••••1a2b',
  expiresAt: undefined,
};
const revoked = { owner: alice, gateway, app: 'llmgw-default', keys: ['••••1a2b'] };
const old = ['••••9z8y'];

const row = (state: KeyRow['state'], more: Partial<KeyRow> = {}): KeyRow => ({
  masked: '••••1a2b',
  state,
  issuedAt: now - hours(48),
  expiresAt: undefined,
  revokedBy: undefined,
  ...more,
});
const apps: readonly KeyApp[] = [
  {
    app: 'llmgw-default',
    isMadeHere: true,
    isWorking: true,
    rows: [
      row('usable', { expiresAt: now + hours(720) }),
      row('usable', { masked: '••••9z8y', goesAt: now + hours(1) }),
      row('revoked', { masked: '••••7c6d', revokedBy: olivia }),
      row('expired', { masked: '••••5e4f', expiresAt: now - hours(1) }),
      ...Array.from({ length: 4 }, () => row('revoked', { masked: '••••0000' })),
    ],
  },
  { app: 'console-app', isMadeHere: false, isWorking: false, rows: [row('pending')] },
];

const news = (title: string, given: KeyNews, reader = alice): Scene => ({
  title,
  when: reader === given.owner ? 'to the owner of the key' : 'to an operator',
  message: keyNewsMessage(given, job, reader),
});

export const keyScenes: Chapter = {
  title: 'Keys',
  scenes: [
    { title: 'Loading', when: '`/llmgw key`', modal: loadingKeyModal(job) },
    { title: 'New key', when: '`/llmgw key`', modal: keyModal(reveal, job) },
    {
      title: 'Key without an endpoint',
      when: '`/llmgw key`, and the gateway has no address',
      modal: keyModal({ ...known, endpoint: undefined }, job),
    },
    {
      title: 'Key after a rotation',
      when: '`/llmgw key rotate`',
      modal: keyModal({ ...reveal, replaces }, job),
    },
    {
      title: 'Key as an ephemeral message',
      when: '**Reveal**, and Slack opens no modal',
      message: keyEphemeral(known, job),
    },
    {
      title: 'Masked key in a modal',
      when: '`/llmgw key` for a person who has one',
      modal: maskedKeyModal(known, job),
    },
    {
      title: 'Masked key',
      when: '`@llmgw key`',
      message: maskedKeyMessage(reveal, job),
    },
    {
      title: 'Masked key that keeps its expiry date',
      when: '`/llmgw key --expires 30d` for a person who has a key',
      message: maskedKeyMessage({ ...known, isEndKept: true }, job),
    },
    news('List', { kind: 'list', owner: alice, gateway, apps }),
    news('List of another person', { kind: 'list', owner: alice, gateway, apps }, olivia),
    news('List, empty', { kind: 'list', owner: alice, gateway, apps: [] }),
    news(
      'List of another person, empty',
      { kind: 'list', owner: alice, gateway, apps: [] },
      olivia,
    ),
    {
      title: 'List in a modal',
      when: '`/llmgw key list`',
      modal: keyNewsModal({ kind: 'list', owner: alice, gateway, apps: [] }, job, alice),
    },
    news('Issued by an operator', {
      kind: 'issued',
      by: olivia,
      ...facts,
      expiresAt: now + hours(720),
    }),
    news('Issued for another person', { kind: 'issued_for', isNew: true, ...facts }, olivia),
    news('Issued for a person who has one', { kind: 'issued_for', isNew: false, ...facts }, olivia),
    news('Waits for approval', { kind: 'pending', old: [], ...facts }),
    news('Rotation waits for approval', { kind: 'pending', old, ...facts }, olivia),
    news('Approved', { kind: 'approved', by: olivia, ...facts }),
    news('Denied', { kind: 'denied', by: olivia, ...facts }),
    news('Rotated by an operator', { kind: 'rotated', by: olivia, replaces, ...facts }),
    news('Rotated for another person', { kind: 'rotated', by: olivia, replaces, ...facts }, olivia),
    news('Rotation complete', { kind: 'retired', old, ...facts }),
    news('Rotation incomplete', { kind: 'kept', old, why: 'it answered 401', ...facts }),
    news('Expires soon', { kind: 'ends', ...facts, expiresAt: now + hours(48) }),
    news('Revoke?', { kind: 'revoke_question', ...revoked }),
    news('Revoke for another person?', { kind: 'revoke_question', ...revoked }, olivia),
    news('Revoked', { kind: 'revoked', by: alice, ...revoked }),
    news('Revoked by an operator', { kind: 'revoked', by: olivia, ...revoked }),
    news('Revoked for another person', { kind: 'revoked', by: olivia, ...revoked }, olivia),
  ],
};
