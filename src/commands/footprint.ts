import type { Command } from 'commander'
import { checkPactFile, pactFaultText, pactValidity } from '../audit/footprint/pact/check.js'
import { EXIT } from '../base/exit-codes.js'
import type { EntryItem } from '../base/wire/entries.js'
import type { LotFootprintsAnswer } from '../base/wire/lot-footprints.js'
import type { LoadedConfig } from '../config/config.js'
import { contentOfNamed } from '../program/named-file.js'
import { complain, print, printJson } from '../program/output.js'
import { callGateway } from './client/call-gateway.js'

/** `greengauge footprint`: product footprints of suppliers in, of PACT 3; those of lots out, of PACT 3 or Catena-X. */

interface FootprintOptions {
  readonly plant: string
  readonly by: string
  readonly document?: string
  readonly reportVersion?: string
  readonly bpnl?: string
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `footprint check|add|lots` to the program. `load` reads a configuration, or says what is wrong. */
export function addFootprintCommand(program: Command, load: Load): void {
  const footprint = program
    .command('footprint')
    .description('product footprints of PACT 3: check and enter those of suppliers, read those of lots')
  footprint
    .command('check')
    .description('check the file of a supplier; each fault is named with its place and what is expected there')
    .argument('<file>', 'JSON file with one product footprint')
    .option('--json', 'as JSON')
    .action((file: string, _: unknown, command: Command) => check(file, command.optsWithGlobals<FootprintOptions>()))
  footprint
    .command('add')
    .description('put the footprint of a supplier on record in the gateway that runs, once its file has no fault')
    .argument('<file>', 'JSON file with one product footprint')
    .requiredOption('--plant <id>', 'plant whose lots may use it')
    .requiredOption('--by <name>', 'who says so')
    .option('--document <text>', 'number or name of the paper that it came with')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (file: string, _: unknown, command: Command) => {
      await add(file, command.optsWithGlobals<FootprintOptions>(), load)
    })
  footprint
    .command('lots')
    .description('footprints of the lots of a report of the form product-footprint, as PACT 3.0 or Catena-X Pcf 7.0.0')
    .argument('<report>', 'id of the report, such as suzhou-1.product-footprint.2026-10-01.2026-11-01')
    .option('--report-version <number>', 'version of the report; the last when absent')
    .option('--bpnl <number>', 'number of the own company in Catena-X: as its model Pcf 7.0.0 instead of PACT 3.0')
    .option('--config <file>', 'configuration file')
    .action(async (report: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FootprintOptions>()
      const loaded = load(options.config)
      if (loaded === undefined) return
      const { reportVersion: version, bpnl } = options
      const asked = new URLSearchParams({ ...(version && { version }), ...(bpnl && { bpnl }) })
      const path = `/reports/${encodeURIComponent(report)}/footprints?${asked}`
      const answer = await callGateway<LotFootprintsAnswer>(loaded.config, path)
      if (answer === undefined) return
      printJson(answer.footprints)
      for (const { lot, reasons } of answer.lacking) complain(`warning: lot ${lot} is left out: ${reasons.join('; ')}`)
    })
}

function check(file: string, { json }: FootprintOptions): void {
  const content = contentOf(file)
  if (content === null) return
  const { footprint, faults } = checkPactFile(content)
  if (faults.length > 0) process.exitCode = EXIT.badData
  if (json === true) {
    printJson({ ok: footprint !== null, faults })
    return
  }
  for (const fault of faults) print(pactFaultText(fault))
  if (footprint === null) return
  const { fromMs, toMs } = pactValidity(footprint)
  const { pcf, companyName, productNameCompany } = footprint
  const each = `${pcf.declaredUnitAmount} ${pcf.declaredUnitOfMeasurement}`
  print(`${companyName}: ${productNameCompany}, ${pcf.pcfExcludingBiogenicUptake} kgCO2e for ${each}`)
  print(`valid from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}; no fault was found`)
}

async function add(file: string, { plant, by, document, json, config }: FootprintOptions, load: Load): Promise<void> {
  const content = contentOf(file)
  if (content === null) return
  const { faults } = checkPactFile(content)
  if (faults.length > 0) {
    for (const fault of faults) print(pactFaultText(fault))
    process.exitCode = EXIT.badData
    return
  }
  const loaded = load(config)
  if (loaded === undefined) return
  const path = `/plants/${encodeURIComponent(plant)}/supplier-footprints`
  const item = await callGateway<EntryItem>(loaded.config, path, { content, author: by, document })
  if (item === undefined) return
  if (json === true) printJson(item)
  else
    print(`${item.id}: footprint ${String(item.fields.footprint)} of ${String(item.fields.supplier)}, ${item.status}`)
}

function contentOf(file: string): string | null {
  try {
    return contentOfNamed(file).toString('utf8')
  } catch (error) {
    complain(`error: ${(error as Error).message}`)
    process.exitCode = EXIT.unavailable
    return null
  }
}
