// api.test, team.info and bots.info.
import { Refusal, invalidArguments } from '../refusal.ts';
import { APP_ID, BOT_ID, BOT_USER, TEAM } from '../state.ts';
import type { WebMethod } from '../web-method.ts';

const apiTest: WebMethod = {
  name: 'api.test',
  tier: 4,
  scopes: [],
  token: 'none',
  call: (args) => {
    const sent = args.all();
    const code = args.text('error');
    if (code !== undefined && code !== '') throw new Refusal(code, { args: sent });
    return Object.keys(sent).length === 0 ? {} : { args: sent };
  },
};

const teamInfo: WebMethod = {
  name: 'team.info',
  tier: 3,
  scopes: ['team:read'],
  token: 'bot',
  call: (args, ws) => {
    if (args.has('team') && args.text('team') !== TEAM.id) throw new Refusal('team_not_found');
    const { enterprise } = ws.state;
    return {
      team: {
        ...TEAM,
        url: `${ws.ctx.baseUrl}/`,
        email_domain: '',
        icon: { image_default: true },
        ...(enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: enterprise }),
      },
    };
  },
};

const botsInfo: WebMethod = {
  name: 'bots.info',
  tier: 3,
  scopes: ['users:read'],
  token: 'bot',
  call: (args, ws) => {
    const id = args.text('bot') ?? '';
    if (id === '') throw invalidArguments('missing required field: bot');
    const llmgw = { id: APP_ID, botId: BOT_ID, botUser: BOT_USER };
    const app = [llmgw, ...ws.state.otherApps].find(({ botId }) => botId === id);
    if (app === undefined) throw new Refusal('bot_not_found');
    const name = ws.state.people.find((each) => each.id === app.botUser)?.realName;
    const { id: app_id, botUser: user_id } = app;
    return { bot: { id, deleted: false, name, updated: 0, app_id, user_id, icons: {} } };
  },
};

export const workspaceMethods: readonly WebMethod[] = [apiTest, teamInfo, botsInfo];
