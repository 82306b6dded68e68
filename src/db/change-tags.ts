/** Of tags that changes were announced by, such as `article:<id>`, the ids of one kind. */
export function idsIn(tags: Iterable<string>, kind: string): string[] {
  const beginning = `${kind}:`;
  const ids: string[] = [];
  for (const tag of tags) if (tag.startsWith(beginning)) ids.push(tag.slice(beginning.length));
  return ids;
}
