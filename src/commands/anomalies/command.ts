import type { Command } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig } from '../../config/config.js'
import type { AnomaliesArguments } from './arguments.js'

/** `greengauge anomalies`: what is wrong with meters and machines of a plant, by the figures that it has. */

/** Gives the settings of a gateway; undefined after saying on stderr what is wrong with them. */
type Accepted = (file: string | undefined) => LoadedConfig | undefined

/** Adds `anomalies` to the program. `accepted` gives the settings of a gateway whose figures are asked for. */
export function addAnomaliesCommand(program: Command, accepted: Accepted): void {
  program
    .command('anomalies')
    .description('go through the figures of a plant and say which meters and machines are not as they were, and why')
    .option('--plant <id>', 'the plant, from the gateway or its data directory (default: the only one)')
    .option(
      '--from <day>',
      'first day that is read; the first 21 days are learnt from (default: 90 days before the last)',
    )
    .option('--to <day>', 'day behind the last that is read (default: today)')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON, with the figures to draw')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<AnomaliesArguments>()
      const refuse = (problem: string) => command.error(`error: ${problem}`, { exitCode: EXIT.usage })
      const { runAnomalies } = await import('./anomalies.js')
      await runAnomalies(options, { refuse, load: () => accepted(options.config) })
    })
}
