// Address of Slack's Web API in SLACK_API_URL, for apps whose code does not read it (node --import).
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const slack = 'https://slack.com/api/';
const { SLACK_API_URL: address } = process.env;

/** @param {URL} base */
function sendTo(base) {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (!url.startsWith(slack)) return fetch(input, init);
    const next = new URL(url.slice(slack.length), base);
    return fetch(input instanceof Request ? new Request(next, input) : next, init);
  };
  // Versions of the SDK before its fetch send by this module, with one object of options.
  const { request } = https;
  https.request = (options, ...rest) => {
    if (options.hostname !== 'slack.com') return request(options, ...rest);
    const { path, headers, method } = options;
    const next = new URL(path.replace(/^\/api\//, ''), base);
    const kept = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'host');
    return http.request(next, { method, headers: Object.fromEntries(kept) }, ...rest);
  };
  syncBuiltinESMExports();
}

if (address !== undefined && address !== '') sendTo(new URL(address.replace(/\/?$/, '/')));
