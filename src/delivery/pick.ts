/** The members of a JSON object that are asked for, in the order of the object; all of it when none are named. */
export function pick(json: Buffer, fields: readonly string[] | undefined): Buffer {
  return fields === undefined ? json : Buffer.from(JSON.stringify(picked(JSON.parse(json.toString()), fields)));
}

/** The same of each object in the `data` of a list. */
export function pickOfEach(json: Buffer, fields: readonly string[] | undefined): Buffer {
  if (fields === undefined) return json;
  const { data, ...rest } = JSON.parse(json.toString()) as { data: Record<string, unknown>[] };
  return Buffer.from(JSON.stringify({ data: data.map((each) => picked(each, fields)), ...rest }));
}

function picked(whole: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => fields.includes(name)));
}
