export type Progress = {
  /** How far it is, of the total; and what to say beside it. */
  update(done: number, text: string): void;
  /** Prints other lines in between without tearing the bar. */
  interrupt(print: () => void): void;
  end(): void;
};

const width = 30;
const intervalMs = 100;

/** A progress bar on the terminal; nothing where stderr is a file or a pipe. A total of 0 is one that nobody knows. */
export function showProgress(title: string, total: number): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { update() {}, interrupt: (print) => print(), end() {} };
  let shown = 0;
  const clear = () => stderr.write('\r\u001b[K');
  return {
    update(done, text) {
      if (Date.now() - shown < intervalMs) return;
      shown = Date.now();
      const share = total === 0 ? 0 : Math.min(1, done / total);
      const filled = Math.round(share * width);
      const bar =
        total === 0 ? '' : ` [${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${Math.floor(share * 100)} %`;
      stderr.write(`\r${title}${bar}, ${text}\u001b[K`);
    },
    interrupt(print) {
      clear();
      print();
    },
    end: clear,
  };
}
