/** The members of a JSON object that are asked for, in the order of the object; all of it when none are named. */
export function pick(json: Buffer, fields: readonly string[] | undefined): Buffer {
  if (fields === undefined) return json;
  const whole = JSON.parse(json.toString()) as Record<string, unknown>;
  return Buffer.from(
    JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([name]) => fields.includes(name)))),
  );
}
