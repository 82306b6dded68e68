const kept = new WeakMap<readonly unknown[], string>();

/** A body as JSON. It is made once for each body, which nothing may change after that; several places store it. */
export function bodyJson(body: readonly unknown[]): string {
  const found = kept.get(body);
  if (found !== undefined) return found;
  const json = JSON.stringify(body);
  kept.set(body, json);
  return json;
}

/** The body that `json`, made by `bodyJson`, says. */
export function parseBody<Body extends readonly unknown[]>(json: string): Body {
  const body = JSON.parse(json) as Body;
  kept.set(body, json);
  return body;
}
