import { type Command, Option } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig } from '../../config/config.js'
import type { BacktestArguments } from './arguments.js'

/** `greengauge backtest`: how good forecasts of a series would have been. */

/** Data sets by name; `src/insight/backtest/datasets.ts` says what they are, and is loaded when it is needed. */
const DATASET_NAMES = ['steel', 'gas-turbine', 'ur3']

/** Gives the settings of a gateway; undefined after saying on stderr what is wrong with them. */
type Accepted = (file: string | undefined) => LoadedConfig | undefined

/** Adds `backtest` to the program. `accepted` gives the settings of a gateway whose figures are asked for. */
export function addBacktestCommand(program: Command, accepted: Accepted): void {
  program
    .command('backtest')
    .description('forecast a series as it arrived and say how good the forecasts were, beside naive ones')
    .addOption(new Option('--dataset <name>', 'a public data set, whose columns are known').choices(DATASET_NAMES))
    .option('--file <file>', 'CSV file: that of the data set, or one with the columns time, value and perhaps arrived')
    .option(
      '--plant <id>',
      'instead of a file: the final figures of this plant, from the gateway or its data directory',
    )
    .option('--kpi <id>', 'KPI of the plant (default: energy_elec_import)')
    .option('--line <id>', 'the KPI of a line of the plant')
    .option('--device <id>', 'the KPI of a device of the plant')
    .option('--zone <zone>', 'time zone of a file, such as Asia/Shanghai (default: UTC)')
    .option('--latitude <degrees>', 'place of a file, north positive, with --longitude: the sun is looked at')
    .option('--longitude <degrees>', 'place of a file, east positive')
    .option('--step <minutes>', 'length of an interval, minutes (default: 15); of a plant 1, 15 or 60')
    .option('--unit <unit>', 'unit of the values of a file, as it is printed')
    .option('--holiday <day>', 'a day on which the plant rests, such as 2026-10-01; may be repeated', collect)
    .option('--from <day>', 'first day that is judged (default: 28 days after the first interval)')
    .option('--to <day>', 'day behind the last that is judged (default: all)')
    .option('--peak <power>', 'say whether an interval of the next hour is above this, in units of the values an hour')
    .option('--seed <number>', 'seed of the trees', '1')
    .option('--model-file <file>', 'ONNX file of a model of your own, weighed with the others (docs/use/forecasts.md)')
    .option('--chart <file>', 'write an SVG chart of the last week, as it was forecast a day ahead')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BacktestArguments>()
      const refuse = (problem: string) => command.error(`error: ${problem}`, { exitCode: EXIT.usage })
      const { runBacktest } = await import('./backtest.js')
      await runBacktest(options, { refuse, load: () => accepted(options.config) })
    })
}

function collect(day: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, day]
}
