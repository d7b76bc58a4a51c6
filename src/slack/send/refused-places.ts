// Refusals of a place: Slack may accept the message elsewhere.
import { toFault } from '../../kernel/errors.ts';

/** Refusals of the message itself: it would be refused in any place. */
const badContent = new Set([
  'attachment_payload_limit_exceeded',
  'block_mismatch',
  'invalid_arguments',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'markdown_text_conflict',
  'metadata_too_large',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
]);

/** Slack accepts no message there; the person's direct messages may accept it. */
export function refusesPlace(error: unknown): boolean {
  const { code, details } = toFault(error);
  if (code === 'not_in_channel' || code === 'message_gone') return true;
  const slack = details?.['slack'];
  return code === 'slack_rejected' && typeof slack === 'string' && !badContent.has(slack);
}
