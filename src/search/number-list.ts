const comma = 44;
const zero = 48;

/** The whole numbers of a list as `group_concat` makes it. */
export function numbersOf(list: string | null): Float64Array {
  if (list === null || list === '') return new Float64Array(0);
  let count = 1;
  for (let at = list.indexOf(','); at >= 0; at = list.indexOf(',', at + 1)) count++;
  const numbers = new Float64Array(count);
  let number = 0;
  let next = 0;
  for (let at = 0; at < list.length; at++) {
    const unit = list.charCodeAt(at);
    if (unit === comma) {
      numbers[next++] = number;
      number = 0;
    } else {
      number = number * 10 + (unit - zero);
    }
  }
  numbers[next] = number;
  return numbers;
}
