// Faults of the key, its app and its owner, as Apigee words them.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import {
  type FaultRow,
  afterChange,
  again,
  doctor,
  issueKey,
  listKeys,
  propagation,
  status,
} from './row.ts';

export const keyRows: readonly FaultRow[] = [
  {
    id: 'no_key',
    recognise: ({ errorCode, faultString }) =>
      errorCode === 'steps.oauth.v2.FailedToResolveAPIKey' ||
      (errorCode === 'steps.raisefault.RaiseFault' &&
        faultString.includes('RF-insufficient-request-raise-fault')),
    words: (_seen, circumstances) =>
      circumstances.sentKey
        ? {
            title: 'Apigee has nothing to check your key against',
            meaning:
              'Your key was sent. Apigee answers so while the API product has no operation for this gateway: product or operation set are missing, or still on their way.',
            next: guidance`Ask again in three minutes; an operator finds out what is missing with ${slashCommand('doctor')}.`,
            actions: [afterChange(circumstances), status, doctor],
          }
        : {
            title: 'No key was sent',
            meaning: 'The gateway is protected, and this request carried no key.',
            next: guidance`Get your key with ${slashCommand('key')}; callers send it in the header \`x-api-key\`.`,
            actions: [issueKey],
          },
  },
  {
    id: 'key_not_for_path',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKeyForGivenResource',
    words: (_seen, circumstances) => ({
      title: 'The key does not cover this path',
      meaning:
        'The key is known, but no product of its app allows this method and path; only POST /v1/completions is allowed.',
      next: guidance`Call POST /v1/completions; if you did, the product may still be on its way: ${propagation} Then ask an operator to run ${slashCommand('doctor')}.`,
      actions: [afterChange(circumstances), listKeys, doctor],
    }),
  },
  {
    id: 'wrong_key',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKey',
    words: () => ({
      title: 'The key is not known',
      meaning: 'Apigee knows no such key: it was mistyped, deleted, or issued a moment ago.',
      next: guidance`See your key with ${slashCommand('key')}, which makes a new one where there is none. If it is new, wait a little: ${propagation}`,
      actions: [issueKey, again],
    }),
  },
  {
    id: 'key_not_approved',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.ApiKeyNotApproved',
    words: (_seen, circumstances) => ({
      title: 'The key is revoked or waits for approval',
      meaning: 'Apigee knows the key but does not accept it now.',
      next: guidance`See how it stands with ${slashCommand('key list')}; an operator can approve it. ${propagation}`,
      actions: [listKeys, afterChange(circumstances)],
    }),
  },
  {
    id: 'app_revoked',
    recognise: ({ errorCode }) =>
      errorCode === 'keymanagement.service.invalid_client-app_not_approved',
    words: (_seen, circumstances) => ({
      title: 'The app of this key is revoked',
      meaning: 'All keys of the app are refused until it is approved again.',
      next: `Ask an operator to approve the app in Apigee. ${propagation}`,
      actions: [listKeys, afterChange(circumstances)],
    }),
  },
  {
    id: 'developer_inactive',
    recognise: ({ errorCode }) => errorCode === 'keymanagement.service.DeveloperStatusNotActive',
    words: (_seen, circumstances) => ({
      title: 'The owner of this key is inactive',
      meaning: 'Apigee refuses every key of a developer who is set inactive.',
      next: `Ask an operator to set the developer active in Apigee. ${propagation}`,
      actions: [afterChange(circumstances), listKeys],
    }),
  },
  {
    id: 'key_expired',
    recognise: ({ errorCode = '' }) => /api_?key_?expired/i.test(errorCode),
    words: () => ({
      title: 'The key has expired',
      meaning: 'It was issued for a limited time, which is over.',
      next: guidance`Get a new one with ${slashCommand('key')}, then ask again.`,
      actions: [issueKey, again],
    }),
  },
];
