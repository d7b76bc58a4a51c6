// Rows of the key, its app and its owner, by Apigee's error codes.
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
            title: 'API product incomplete',
            meaning:
              'The request carried your key, but Apigee has no API product with an operation for this gateway yet.',
            next: guidance`Retry in 3 minutes. If it fails again, an operator can run ${slashCommand('doctor')}.`,
            actions: [afterChange(circumstances), status, doctor],
          }
        : {
            title: 'Key missing',
            meaning: 'The gateway requires a key, and this request carries none.',
            next: guidance`Get a key with ${slashCommand('key')} and send it in the header \`x-api-key\`.`,
            actions: [issueKey],
          },
  },
  {
    id: 'key_not_for_path',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKeyForGivenResource',
    words: (_seen, circumstances) => ({
      title: 'Path not allowed',
      meaning:
        'The key is valid, but no API product of its app allows this method and path. Only POST /v1/completions is allowed.',
      next: guidance`Call POST /v1/completions. ${propagation} If it still fails, an operator can run ${slashCommand('doctor')}.`,
      actions: [afterChange(circumstances), listKeys, doctor],
    }),
  },
  {
    id: 'wrong_key',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKey',
    words: () => ({
      title: 'Unknown key',
      meaning: 'Apigee does not know this key: it is mistyped, deleted or new.',
      next: guidance`Show or create your key with ${slashCommand('key')}. ${propagation}`,
      actions: [issueKey, again],
    }),
  },
  {
    id: 'key_not_approved',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.ApiKeyNotApproved',
    words: (_seen, circumstances) => ({
      title: 'Key not approved',
      meaning: 'Apigee knows this key, but it is revoked or awaits approval.',
      next: guidance`Check its status with ${slashCommand('key list')}. An operator can approve it. ${propagation}`,
      actions: [listKeys, afterChange(circumstances)],
    }),
  },
  {
    id: 'app_revoked',
    recognise: ({ errorCode }) =>
      errorCode === 'keymanagement.service.invalid_client-app_not_approved',
    words: (_seen, circumstances) => ({
      title: 'App revoked',
      meaning: 'Apigee refuses all keys of this app until the app is approved again.',
      next: `Ask an operator to approve the app in Apigee. ${propagation}`,
      actions: [listKeys, afterChange(circumstances)],
    }),
  },
  {
    id: 'developer_inactive',
    recognise: ({ errorCode }) => errorCode === 'keymanagement.service.DeveloperStatusNotActive',
    words: (_seen, circumstances) => ({
      title: 'Developer inactive',
      meaning: 'Apigee refuses all keys of an inactive developer.',
      next: `Ask an operator to activate the developer in Apigee. ${propagation}`,
      actions: [afterChange(circumstances), listKeys],
    }),
  },
  {
    id: 'key_expired',
    recognise: ({ errorCode = '' }) => /api_?key_?expired/i.test(errorCode),
    words: () => ({
      title: 'Key expired',
      meaning: 'This key is past its expiry date.',
      next: guidance`Get a new key with ${slashCommand('key')}, then retry.`,
      actions: [issueKey, again],
    }),
  },
];
