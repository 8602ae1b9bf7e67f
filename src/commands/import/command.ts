import type { Command } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig } from '../../config/config.js'
import { complain, printJsonText, printText } from '../../program/output.js'
import { orSayWhy } from '../client/or-say-why.js'
import type { ImportArguments } from './arguments.js'

/** `greengauge import`: history of other systems, from files, through the journal of the gateway that runs. */

/** Refused places of all files beyond which a mapping is more likely wrong than the rows. */
const REFUSED_MAX = '1000'

/** Adds `import` to the program. `load` reads a configuration, or says what is wrong. */
export function addImportCommand(program: Command, load: (file: string | undefined) => LoadedConfig | undefined): void {
  program
    .command('import')
    .description('bring history from files into the gateway; without --send it only says what would come')
    .argument(
      '[files...]',
      'CSV, XLSX, Parquet, or exports of InfluxDB in line protocol; CSV and lines also packed by gzip (.gz); or the address of an InfluxDB',
    )
    .option('--mapping <file>', 'what their columns are: YAML')
    .option('--sheet <name>', 'sheet of a workbook (default: that of the mapping, or the first)')
    .option('--send', 'send it to the gateway that runs, over MQTT, and go on where an earlier call was interrupted')
    .option('--url <url>', 'MQTT address of the gateway (default: the one of the configuration)')
    .option(
      '--client-id <id>',
      'MQTT client id and user name; the password is GREENGAUGE_MQTT_PASSWORD, or in the file of GREENGAUGE_MQTT_PASSWORD_FILE',
    )
    .option('--ca-file <file>', 'certificate of the authority that has signed that of the gateway, PEM, for mqtts')
    .option('--progress <file>', 'where it is noted how far it came (default: MAPPING.progress)')
    .option('--again', 'send files whole that were imported before: readings that are there are not taken twice')
    .option('--refused-max <n>', 'rows and values that are refused before nothing more is sent', REFUSED_MAX)
    .option('--suggest', 'print a mapping for the file to begin with, by the names of its columns and its first rows')
    .option('--schema', 'print the JSON Schema of a mapping, for editors')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print what was found as JSON')
    .action(async (files: readonly string[], _: unknown, command: Command) => {
      const given = command.optsWithGlobals<ImportArguments>()
      if (given.schema === true) {
        const { mappingJsonSchema } = await import('./mapping.js')
        printJsonText(JSON.stringify(mappingJsonSchema(), null, 2))
        return
      }
      if (files.length === 0) command.error('error: name the files to import', { exitCode: EXIT.usage })
      if (given.suggest === true) return orSayWhy(() => suggest(files, load(given.config)))
      if (given.mapping === undefined) {
        command.error('error: give --mapping FILE: it says what the columns are', { exitCode: EXIT.usage })
      }
      const refusedMax = Number(given.refusedMax)
      if (!Number.isSafeInteger(refusedMax) || refusedMax < 0) {
        command.error(`error: --refused-max ${given.refusedMax} is not a number of rows`, { exitCode: EXIT.usage })
      }
      const loaded = load(given.config)
      if (loaded === undefined) return
      const { runImport } = await import('./import.js')
      await orSayWhy(() => runImport(files, { ...given, mapping: given.mapping!, refusedMax }, loaded))
    })
}

/** Looks at the first file alone: a mapping is of files that are alike. */
async function suggest(files: readonly string[], loaded: LoadedConfig | undefined): Promise<void> {
  if (loaded === undefined) return
  const { suggestedMapping } = await import('./suggested-mapping.js')
  const { UnreadableHistory } = await import('./history-file.js')
  try {
    printText(await suggestedMapping(files[0]!, loaded.config.plants))
  } catch (error) {
    if (!(error instanceof UnreadableHistory)) throw error
    complain(`error: ${error.message}`)
    process.exitCode = EXIT.badData
  }
}
