// Rows of the gateway itself: routes, Apigee extension, network.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { type FaultRow, afterChange, again, doctor, edit, quoted, status } from './row.ts';

const askOperator = guidance`Check ${slashCommand('status')}. An operator can diagnose and repair it with ${slashCommand('doctor')}.`;

export const gatewayRows: readonly FaultRow[] = [
  {
    id: 'host_unknown_to_apigee',
    recognise: ({ errorCode, faultString }) =>
      errorCode === 'messaging.adaptors.http.flow.ApplicationNotFound' ||
      faultString.startsWith('Unable to identify proxy for host'),
    words: (_seen, circumstances) => ({
      title: 'Gateway host not registered',
      meaning:
        "No Apigee environment group contains the gateway's host, or its proxy is not deployed yet.",
      next: guidance`After a change, wait 3 minutes and retry. If it fails again, an operator can add the host with Repair in ${slashCommand('doctor')}.`,
      actions: [status, doctor, afterChange(circumstances)],
    }),
  },
  {
    id: 'pool_missing',
    // The load balancer also responds with 404 when no route takes the request.
    recognise: ({ body, status: code }) => code !== 404 && /fault filter abort/i.test(body),
    words: () => ({
      title: 'Inference pool missing',
      meaning: "The gateway's route points to an inference pool that does not exist.",
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'upstream_failed',
    recognise: ({ body }) => /upstream connect error|reset before headers/i.test(body),
    words: () => ({
      title: 'Model server connection lost',
      meaning: 'The gateway lost the connection to the model server before the answer began.',
      next: guidance`Retry. If it fails again, check ${slashCommand('status')}.`,
      actions: [again, status],
    }),
  },
  {
    id: 'gateway_timed_out',
    recognise: ({ status: code, body, errorCode }) =>
      errorCode === undefined && (code === 504 || /upstream request timeout/i.test(body)),
    words: () => ({
      title: 'Gateway timeout',
      meaning: 'The model server did not answer before the timeout of the gateway.',
      next: 'Lower `--max-tokens`, or retry when the model is less busy.',
      actions: [edit('Lower --max-tokens'), again],
    }),
  },
  {
    id: 'extension_failed',
    recognise: ({ status: code, errorCode, network }) =>
      code === 500 && errorCode === undefined && network === undefined,
    words: () => ({
      title: 'Key check unavailable',
      meaning:
        'Apigee did not check the key in time. The load balancer blocks every request that Apigee has not checked.',
      next: guidance`Retry in a few seconds. If it fails again, check ${slashCommand('status')}. An operator can diagnose and repair it with ${slashCommand('doctor')}.`,
      actions: [again, status, doctor],
      retryAfterMs: 5000,
    }),
  },
  {
    id: 'no_route',
    recognise: ({ status: code, errorCode }) => code === 404 && errorCode === undefined,
    words: () => ({
      title: 'No matching route',
      meaning:
        'No route of the gateway matches this request. The route is missing or not programmed yet.',
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'apigee_refused',
    recognise: ({ errorCode }) => errorCode !== undefined,
    words: ({ faultString, errorCode = '' }, circumstances) => ({
      title: 'Request rejected by Apigee',
      meaning: `Apigee reports: ${quoted([faultString, errorCode].find((one) => one !== '') ?? 'no reason was given', circumstances)}`,
      next: guidance`Retry. If it fails again, an operator can run ${slashCommand('doctor')}.`,
      actions: [again, status, doctor],
    }),
  },
];

export const networkRows: readonly FaultRow[] = [
  {
    id: 'stream_cut',
    recognise: ({ midStream, network }) => midStream && network !== undefined,
    words: ({ network }) => ({
      title: 'Answer cut off',
      meaning:
        network === 'timeout'
          ? 'The answer began, then the gateway sent nothing more.'
          : 'The connection closed during the answer. The key check may have timed out.',
      next: 'Retry. If it fails again, lower `--max-tokens`.',
      actions: [again, edit('Lower --max-tokens')],
    }),
  },
  {
    id: 'gateway_address_gone',
    recognise: ({ network }) => network === 'refused' || network === 'unreachable',
    words: () => ({
      title: 'Gateway unreachable',
      meaning:
        'Nothing listens at the address of the gateway. The gateway was removed, or its load balancer is down.',
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'network_timed_out',
    recognise: ({ network }) => network === 'timeout',
    words: () => ({
      title: 'Request timed out',
      meaning: 'The gateway did not answer before the timeout of the bot.',
      next: guidance`Lower \`--max-tokens\` and retry, or check ${slashCommand('status')}.`,
      actions: [edit('Lower --max-tokens'), again, status],
    }),
  },
  {
    id: 'network_failed',
    recognise: ({ network }) => network !== undefined,
    words: ({ network }) => ({
      title: 'Gateway connection failed',
      meaning:
        network === 'dns'
          ? 'DNS cannot resolve the host name of the gateway.'
          : 'The connection was reset before the answer began.',
      next: guidance`Retry. If it fails again, check ${slashCommand('status')}.`,
      actions: [again, status],
    }),
  },
];
