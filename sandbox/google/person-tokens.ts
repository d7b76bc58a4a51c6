// Security Token Service: access tokens for a person's external_account_authorized_user credentials.
// https://docs.cloud.google.com/iam/docs/reference/sts/rest
import type { SandboxContext } from '../core/context.ts';
import type { GoogleState } from './state.ts';
import { issueToken } from './tokens.ts';

export function servePersonTokens(ctx: SandboxContext, state: GoogleState): void {
  void ctx.http.register(async (http) => {
    http.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    http.post('/sts/v1/oauthtoken', (request, reply) => {
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') === null) {
        const error = { error: 'invalid_request', error_description: 'Not a refresh request.' };
        return reply.code(400).send(error);
      }
      const { token, expiresInSeconds } = issueToken(state, ctx.clock, 'person');
      ctx.changed('google');
      return reply.send({
        access_token: token,
        expires_in: expiresInSeconds,
        token_type: 'Bearer',
      });
    });
  });
}
