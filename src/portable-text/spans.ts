/** The words of running text, without its links and marks. */
export function textOf({ children }: { children: readonly { text: string }[] }): string {
  return children.map(({ text }) => text).join('');
}
