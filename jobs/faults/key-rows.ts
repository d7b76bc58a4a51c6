// Faults of the key, its app and its owner, as Apigee words them.
import { type FaultRow, key, propagation } from './row.ts';

export const keyRows: readonly FaultRow[] = [
  {
    id: 'no_key',
    recognise: ({ errorCode, faultString }) =>
      errorCode === 'steps.oauth.v2.FailedToResolveAPIKey' ||
      (errorCode === 'steps.raisefault.RaiseFault' &&
        faultString.includes('RF-insufficient-request-raise-fault')),
    words: () => ({
      title: 'No key was sent',
      meaning: 'The gateway is protected, and this request carried no key.',
      next: 'Get your key with `/llmgw key`; callers send it in the header `x-api-key`.',
      action: key,
    }),
  },
  {
    id: 'key_not_for_path',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKeyForGivenResource',
    words: () => ({
      title: 'The key does not cover this path',
      meaning:
        'The key is known, but no product of its app allows this method and path; only POST /v1/completions is allowed.',
      next: `Call POST /v1/completions; if you did, the product may still be on its way: ${propagation} Then ask an operator to look at \`/llmgw status\`.`,
    }),
  },
  {
    id: 'wrong_key',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.InvalidApiKey',
    words: () => ({
      title: 'The key is not known',
      meaning: 'Apigee knows no such key: it was mistyped, deleted, or issued a moment ago.',
      next: `See your key with \`/llmgw key\`. If it is new, wait a little: ${propagation}`,
      action: key,
    }),
  },
  {
    id: 'key_not_approved',
    recognise: ({ errorCode }) => errorCode === 'oauth.v2.ApiKeyNotApproved',
    words: () => ({
      title: 'The key is revoked or waits for approval',
      meaning: 'Apigee knows the key but does not accept it now.',
      next: `Ask an operator to approve it, or to give you another. ${propagation}`,
    }),
  },
  {
    id: 'app_revoked',
    recognise: ({ errorCode }) =>
      errorCode === 'keymanagement.service.invalid_client-app_not_approved',
    words: () => ({
      title: 'The app of this key is revoked',
      meaning: 'All keys of the app are refused until it is approved again.',
      next: `Ask an operator to approve the app in Apigee. ${propagation}`,
    }),
  },
  {
    id: 'developer_inactive',
    recognise: ({ errorCode }) => errorCode === 'keymanagement.service.DeveloperStatusNotActive',
    words: () => ({
      title: 'The owner of this key is inactive',
      meaning: 'Apigee refuses every key of a developer who is set inactive.',
      next: `Ask an operator to set the developer active in Apigee. ${propagation}`,
    }),
  },
  {
    id: 'key_expired',
    recognise: ({ errorCode = '' }) => /api_?key_?expired/i.test(errorCode),
    words: () => ({
      title: 'The key has expired',
      meaning: 'It was issued for a limited time, which is over.',
      next: 'Ask an operator to remove the expired key from your app in Apigee, then get a new one with `/llmgw key`.',
      action: key,
    }),
  },
];
