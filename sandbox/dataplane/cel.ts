// The CEL subset of match conditions: request attributes, joined by && and ||.
import type { RoutedRequest } from './routing.ts';

const term =
  /^(!?)request\.(path|method|host|scheme|headers\[\s*(?:'([^']*)'|"([^"]*)")\s*\])\s*(?:\.(startsWith|endsWith|contains|matches)\(\s*(?:'([^']*)'|"([^"]*)")\s*\)|(==|!=)\s*(?:'([^']*)'|"([^"]*)"))$/;

/** @returns undefined for an expression outside of that subset. */
export function matchesCel(expression: string, request: RoutedRequest): boolean | undefined {
  const alternatives = expression
    .split('||')
    .map((part) => part.split('&&').map((one) => one.trim()));
  const results = alternatives.map((all) => all.map((one) => evaluate(one, request)));
  if (results.flat().includes(undefined)) return undefined;
  return results.some((all) => all.every((one) => one === true));
}

function evaluate(text: string, request: RoutedRequest): boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  const match = term.exec(text);
  if (match === null) return undefined;
  const [
    ,
    negation,
    attribute = '',
    header1,
    header2,
    method,
    argument1,
    argument2,
    operator,
    value1,
    value2,
  ] = match;
  const actual = attributeOf(attribute, header1 ?? header2, request);
  const wanted = argument1 ?? argument2 ?? value1 ?? value2 ?? '';
  const holds = test(actual, method ?? operator ?? '==', wanted);
  return negation === '!' ? !holds : holds;
}

function attributeOf(
  attribute: string,
  header: string | undefined,
  request: RoutedRequest,
): string {
  if (header !== undefined) {
    const value = request.headers[header.toLowerCase()];
    return Array.isArray(value) ? value.join(',') : (value ?? '');
  }
  if (attribute === 'path') return request.path;
  if (attribute === 'method') return request.method;
  return attribute === 'scheme' ? 'http' : request.host;
}

function test(actual: string, operation: string, wanted: string): boolean {
  switch (operation) {
    case 'startsWith':
      return actual.startsWith(wanted);
    case 'endsWith':
      return actual.endsWith(wanted);
    case 'contains':
      return actual.includes(wanted);
    case 'matches':
      return new RegExp(wanted).test(actual);
    case '!=':
      return actual !== wanted;
    default:
      return actual === wanted;
  }
}
