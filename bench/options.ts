import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The options that a program was called with. Where they are none of its own, or its help is asked for, it ends here. */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (!('help' in values)) return values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
  console.log(usage);
  process.exit(0);
}
