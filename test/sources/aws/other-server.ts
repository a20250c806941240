import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Another server that speaks CloudWatch's older protocol, AWS Query, and the JSON of CloudWatch Logs: written after the public
 * wire formats, for tests, with habits of its own. It knows nothing of scripts/aws-server, does not look at signatures, hangs
 * below a path, and where AWS is exact it is lax: the newest comes first, pages are short, and much that may be missing is.
 */
export interface OtherServer {
  readonly url: string;
  /** `GetMetricData`, `DescribeAlarmHistory` …, as they came; `json` for what it did not understand. */
  readonly asked: string[];
  /** By name of the metric: an hour (ms since 1970) to its sum. */
  readonly metrics: Map<string, Map<number, number>>;
  readonly history: { readonly alarm: string; readonly at: number; readonly from: string; readonly to: string }[];
  /** Rows that every query of logs finds. */
  logRows: readonly Readonly<Record<string, string>>[];
  /** How it refuses JSON. */
  refusal: 'not found' | 'missing action' | 'nothing but xml' | 'not implemented';
  close(): Promise<void>;
}

const PAGE = 5;

export async function startOtherServer(): Promise<OtherServer> {
  const own: Omit<OtherServer, 'url' | 'close'> = {
    asked: [],
    metrics: new Map(),
    history: [],
    logRows: [],
    refusal: 'not found',
  };
  const server = createServer((request, response) => {
    void answer(own, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(own, {
    url: `http://127.0.0.1:${port}/aws`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function answer(
  own: Omit<OtherServer, 'url' | 'close'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const send = (status: number, type: string, text: string): void => {
    response.writeHead(status, { 'content-type': type }).end(text);
  };
  const xml = (status: number, text: string): void => send(status, 'text/xml', `<?xml version="1.0"?>\n${text}`);
  if (!(request.url ?? '').startsWith('/aws')) return xml(404, '<Error><Code>NoSuchBucket</Code></Error>');
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string' && target.startsWith('Logs_20140328.')) {
    own.asked.push(target.slice(target.indexOf('.') + 1));
    const told = logsAnswer(own, target.slice(target.indexOf('.') + 1), body);
    return send(told.status, 'application/json', JSON.stringify(told.body));
  }
  if (typeof target === 'string' || request.headers['smithy-protocol'] !== undefined) {
    own.asked.push('json');
    if (own.refusal === 'not found') return send(404, 'text/plain', 'no such path');
    if (own.refusal === 'nothing but xml') return xml(200, '<Unknown/>');
    if (own.refusal === 'not implemented') return xml(501, fault('NotImplemented', 'That is not there yet'));
    return xml(400, fault('MissingAction', 'The request has no Action'));
  }
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  own.asked.push(action);
  if (action === 'GetMetricData') return xml(200, metricData(own, form));
  if (action === 'DescribeAlarmHistory') {
    const types = listOf(form, 'AlarmTypes');
    if (types.some((type) => type !== 'MetricAlarm' && type !== 'CompositeAlarm'))
      return xml(400, fault('ValidationError', 'AlarmTypes: Member must satisfy enum value set: [MetricAlarm, CompositeAlarm]'));
    return xml(200, alarmHistory(own, form));
  }
  return xml(400, fault('InvalidAction', `There is no ${action} here`));
}

const fault = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

const listOf = (form: URLSearchParams, name: string): string[] => {
  const found: string[] = [];
  for (let nth = 1; form.has(`${name}.member.${nth}`); nth += 1) found.push(form.get(`${name}.member.${nth}`) ?? '');
  return found;
};

/** The newest first, whatever was asked; five points a page over all queries, the last query first; no status, no label. */
function metricData(own: Omit<OtherServer, 'url' | 'close'>, form: URLSearchParams): string {
  const [start, end] = [Date.parse(form.get('StartTime') ?? ''), Date.parse(form.get('EndTime') ?? '')];
  const points: { readonly id: string; readonly at: number; readonly value: number }[] = [];
  const ids: string[] = [];
  for (let nth = 1; form.has(`MetricDataQueries.member.${nth}.Id`); nth += 1) {
    const query = `MetricDataQueries.member.${nth}`;
    const id = form.get(`${query}.Id`) ?? '';
    ids.unshift(id);
    const metric = own.metrics.get(form.get(`${query}.MetricStat.Metric.MetricName`) ?? '');
    const found = [...(metric ?? [])].filter(([at]) => at >= start && at < end).sort(([one], [other]) => other - one);
    points.unshift(...found.map(([at, value]) => ({ id, at, value })));
  }
  const from = Number(form.get('NextToken') ?? '0');
  const page = points.slice(from, from + PAGE);
  const results = ids
    .filter((id) => from === 0 || page.some((point) => point.id === id))
    .map((id) => {
      const own = page.filter((point) => point.id === id);
      return `<member><Id>${id}</Id><Timestamps>${own.map(({ at }) => `<member>${new Date(at).toISOString().replace('.000Z', 'Z')}</member>`).join('')}</Timestamps><Values>${own.map(({ value }) => `<member>${value}</member>`).join('')}</Values></member>`;
    });
  const next = from + PAGE < points.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
  return `<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricDataResult><MetricDataResults>${results.join('')}</MetricDataResults>${next}</GetMetricDataResult></GetMetricDataResponse>`;
}

/** The newest first, two a page, of every type, of all time, and without HistoryData. */
function alarmHistory(own: Omit<OtherServer, 'url' | 'close'>, form: URLSearchParams): string {
  const all = own.history.toSorted((one, other) => other.at - one.at);
  const from = Number(form.get('NextToken') ?? '0');
  const items = all
    .slice(from, from + 2)
    .map(
      ({ alarm, at, from: before, to }) =>
        `<member><AlarmName>${alarm}</AlarmName><Timestamp>${new Date(at).toISOString()}</Timestamp><HistoryItemType>StateUpdate</HistoryItemType><HistorySummary>Alarm updated from ${before} to ${to}</HistorySummary></member>`,
    );
  const next = from + 2 < all.length ? `<NextToken>${from + 2}</NextToken>` : '';
  return `<DescribeAlarmHistoryResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><DescribeAlarmHistoryResult><AlarmHistoryItems>${items.join('')}</AlarmHistoryItems>${next}</DescribeAlarmHistoryResult></DescribeAlarmHistoryResponse>`;
}

/** Complete at once, without statistics; takes no limit above 10,000. */
function logsAnswer(own: Omit<OtherServer, 'url' | 'close'>, action: string, body: string): { status: number; body: object } {
  const refuse = (type: string, message: string) => ({ status: 400, body: { __type: type, message } });
  const asked: unknown = JSON.parse(body);
  if (action === 'StartQuery') {
    const limit: unknown = typeof asked === 'object' && asked !== null && 'limit' in asked ? asked.limit : 0;
    if (typeof limit === 'number' && limit > 10_000)
      return refuse('InvalidParameterException', "Value at 'limit' failed to satisfy constraint: at most 10000");
    return { status: 200, body: { queryId: 'one' } };
  }
  if (action === 'GetQueryResults')
    return {
      status: 200,
      body: {
        status: 'Complete',
        results: own.logRows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
      },
    };
  return refuse('UnknownOperationException', action);
}
