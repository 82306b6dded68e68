import type { PortableText, PortableTextBlock, TextBlock } from './schema.ts';
import type { ListItem } from './vocabulary.ts';

/** A list to which items may still come, and the number of its last one. */
export type OpenList = { level: number; type: ListItem; number: number };

type Item = { listItem?: ListItem | undefined; level?: number | undefined; start?: number | undefined };

/**
 * Portable Text has no lists, only items with a level, so what makes one list of them is said here once, for all that
 * read and write them. Gives the list that an item belongs to, with the number of the item; `open` holds the lists
 * around it, the outermost first, and is to be emptied where something other than an item comes between.
 */
export function listOf<List extends OpenList>(
  open: List[],
  { listItem: type = 'bullet', level = 1, start }: Item,
  begin: (list: OpenList, within: List | undefined) => List,
): List {
  while ((open.at(-1)?.level ?? 0) > level) open.pop();
  if (open.at(-1)?.level === level && open.at(-1)?.type !== type) open.pop();
  let list = open.at(-1);
  if (list?.level !== level) {
    list = begin({ level, type, number: 0 }, list);
    open.push(list);
  }
  list.number = start ?? list.number + 1;
  return list;
}

/** A list as a tree, as HTML has it. */
export type NestedList = OpenList & {
  _type: 'list';
  first: number;
  items: { block: TextBlock; lists: NestedList[] }[];
};

/** A body in which items that follow one another are lists. An item deeper than its list is one of a list within it. */
export function nestLists(body: PortableText): (PortableTextBlock | NestedList)[] {
  const nested: (PortableTextBlock | NestedList)[] = [];
  let open: NestedList[] = [];
  for (const block of body) {
    if (block._type !== 'block' || block.listItem === undefined) {
      nested.push(block);
      open = [];
      continue;
    }
    const list = listOf(open, block, (begun, within) => {
      const list: NestedList = { _type: 'list', ...begun, first: block.start ?? 1, items: [] };
      (within?.items.at(-1)?.lists ?? nested).push(list);
      return list;
    });
    list.items.push({ block, lists: [] });
  }
  return nested;
}
