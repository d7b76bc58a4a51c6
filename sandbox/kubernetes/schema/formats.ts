// String formats that Kubernetes validates in schemas.
import { isIPv4, isIPv6 } from 'node:net';

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  'date-time': (value) =>
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
  duration: (value) => /^[-+]?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$/.test(value),
  byte: (value) => /^[A-Za-z0-9+/\r\n]*={0,2}$/.test(value),
  ipv4: isIPv4,
  ipv6: isIPv6,
  uuid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  uri: (value) => URL.canParse(value),
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
};

/** The error of `value`, or undefined; an unknown format is valid, as on the real server. */
export function formatFault(format: string, value: string): string | undefined {
  const check = checks[format];
  return check === undefined || check(value)
    ? undefined
    : `must be of type ${format}: ${JSON.stringify(value)}`;
}
