/** Counts the turns of the event loop from now on; `stop` answers how many there were. */
export function countTurns() {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  return {
    stop(): number {
      isOver = true;
      return turns;
    },
  };
}
