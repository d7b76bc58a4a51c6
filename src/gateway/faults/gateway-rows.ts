// Faults of the gateway itself: routes, the Apigee extension, the network.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { type FaultRow, afterChange, again, doctor, edit, quoted, status } from './row.ts';

const askOperator = guidance`Look at ${slashCommand('status')}; an operator finds the cause with ${slashCommand('doctor')}, which can repair it.`;

export const gatewayRows: readonly FaultRow[] = [
  {
    id: 'host_unknown_to_apigee',
    recognise: ({ errorCode, faultString }) =>
      errorCode === 'messaging.adaptors.http.flow.ApplicationNotFound' ||
      faultString.startsWith('Unable to identify proxy for host'),
    words: (_seen, circumstances) => ({
      title: 'Apigee does not know the address of the gateway',
      meaning:
        "The gateway's host is in no environment group of Apigee, or its proxy is not deployed yet.",
      next: guidance`Wait a few minutes after a change; then an operator runs ${slashCommand('doctor')}, whose Repair adds the host.`,
      actions: [status, doctor, afterChange(circumstances)],
    }),
  },
  {
    id: 'pool_missing',
    // The load balancer says the same with 404 where no route takes the request.
    recognise: ({ body, status: code }) => code !== 404 && /fault filter abort/i.test(body),
    words: () => ({
      title: 'The gateway has nowhere to send the request',
      meaning: 'Its route points to an inference pool that is missing.',
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'upstream_failed',
    recognise: ({ body }) => /upstream connect error|reset before headers/i.test(body),
    words: () => ({
      title: 'The connection to the model server broke',
      meaning: 'The gateway reached for a model server and lost it before an answer came.',
      next: guidance`Ask again; if it happens again, look at ${slashCommand('status')}.`,
      actions: [again, status],
    }),
  },
  {
    id: 'gateway_timed_out',
    recognise: ({ status: code, body, errorCode }) =>
      errorCode === undefined && (code === 504 || /upstream request timeout/i.test(body)),
    words: () => ({
      title: 'The answer took too long',
      meaning: 'The gateway gave up waiting for the model server.',
      next: 'Ask for fewer tokens with `--max-tokens`, or again when the model is less busy.',
      actions: [edit('Ask for less'), again],
    }),
  },
  {
    id: 'extension_failed',
    recognise: ({ status: code, errorCode, network }) =>
      code === 500 && errorCode === undefined && network === undefined,
    words: () => ({
      title: "The gateway's protection did not answer",
      meaning:
        'The load balancer got no verdict from Apigee in time, so it let nothing through. It stays shut on purpose.',
      next: guidance`Ask again in a moment. If it persists: ${askOperator}`,
      actions: [again, status, doctor],
      retryAfterMs: 5000,
    }),
  },
  {
    id: 'no_route',
    recognise: ({ status: code, errorCode }) => code === 404 && errorCode === undefined,
    words: () => ({
      title: 'The gateway knows no such path',
      meaning: 'No route of the gateway takes this request: it is missing or not programmed yet.',
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'apigee_refused',
    recognise: ({ errorCode }) => errorCode !== undefined,
    words: ({ faultString, errorCode = '' }, circumstances) => ({
      title: 'Apigee stopped the request',
      meaning: `It says: ${quoted([faultString, errorCode].find((one) => one !== '') ?? 'no reason was given', circumstances)}`,
      next: guidance`Ask again; if it happens again, an operator finds the cause with ${slashCommand('doctor')}.`,
      actions: [again, status, doctor],
    }),
  },
];

export const networkRows: readonly FaultRow[] = [
  {
    id: 'stream_cut',
    recognise: ({ midStream, network }) => midStream && network !== undefined,
    words: ({ network }) => ({
      title: 'The answer was cut off',
      meaning:
        network === 'timeout'
          ? 'The answer began, then nothing more came.'
          : 'The connection closed in the middle of the answer. A gateway whose protection times out does this.',
      next: 'Ask again; if it happens again, ask for fewer tokens with `--max-tokens`.',
      actions: [again, edit('Ask for less')],
    }),
  },
  {
    id: 'gateway_address_gone',
    recognise: ({ network }) => network === 'refused' || network === 'unreachable',
    words: () => ({
      title: "Nothing answers at the gateway's address",
      meaning: 'The gateway was removed, or its load balancer no longer listens there.',
      next: askOperator,
      actions: [status, doctor],
    }),
  },
  {
    id: 'network_timed_out',
    recognise: ({ network }) => network === 'timeout',
    words: () => ({
      title: 'The gateway did not answer in time',
      meaning: 'No answer came within the time that the bot waits.',
      next: guidance`Ask for fewer tokens with \`--max-tokens\`, or look at ${slashCommand('status')}.`,
      actions: [edit('Ask for less'), again, status],
    }),
  },
  {
    id: 'network_failed',
    recognise: ({ network }) => network !== undefined,
    words: ({ network }) => ({
      title: 'The connection to the gateway failed',
      meaning:
        network === 'dns'
          ? "The gateway's host name could not be resolved."
          : 'The connection was reset before an answer came.',
      next: guidance`Ask again; if it happens again, look at ${slashCommand('status')}.`,
      actions: [again, status],
    }),
  },
];
