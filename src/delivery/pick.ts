/** The members of a JSON object that are asked for, in the order of the object; all of it when none are named. */
export function pick(json: Buffer, fields: readonly string[] | undefined): Buffer {
  return fields === undefined ? json : Buffer.from(pickText(json.toString(), fields));
}

/** The same of an object as text. */
export function pickText(json: string, fields: readonly string[] | undefined): string {
  if (fields === undefined) return json;
  const whole = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([name]) => fields.includes(name))));
}
