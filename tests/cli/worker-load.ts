import { Agent, request } from 'node:http';

export type Answered = { status: number; body: string };

/** A client with one connection, which it keeps; a broken one is replaced by the next request. */
export function clientOf(origin: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Rejects when the connection breaks before the answer. */
  function send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      `${origin}${path}`,
      {
        agent,
        method,
        headers: { ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part) => {
          text += part;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
    return promise;
  }

  return { send, close: () => agent.destroy() };
}

export type Client = ReturnType<typeof clientOf>;

/** The process that answers a client: the log names it beside the id of a request that was refused. */
export async function processOf(client: Client, logged: () => string): Promise<number> {
  const { body } = await client.send('GET', '/v1/nothing-here');
  const { requestId } = JSON.parse(body) as { requestId: string };
  for (let tries = 0; tries < 500; tries++) {
    const line = logged()
      .split('\n')
      .find((each) => each.includes(requestId) && each.endsWith('}'));
    if (line) return (JSON.parse(line) as { pid: number }).pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the log does not tell who answered');
}
