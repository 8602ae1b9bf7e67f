import { basename, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { isIntact, ORIGINALS_FOLDER, originalsIn } from '../audit/originals/store.js'
import { EXIT } from '../base/exit-codes.js'
import type { Config, LoadedConfig } from '../config/config.js'
import { contentOfNamed } from '../program/named-file.js'
import { complain, print, printJson } from '../program/output.js'
import type { KeptOriginalAnswer } from '../views/wire/originals.js'
import { gatewayOf, gatewayRefusal, requestGateway } from './client/call-gateway.js'
import { orSayWhy } from './client/or-say-why.js'
import { Unreachable } from './client/unreachable.js'
import { collectOriginals } from './collect-originals.js'

/** `greengauge original`: scans of bills and reports of laboratories that entries rest on, kept under their SHA-256. */

interface OriginalOptions {
  readonly plant: string
  readonly json?: boolean
  readonly config?: string
}

interface CollectOptions extends Omit<OriginalOptions, 'plant'> {
  readonly out: string
  readonly reportVersion?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** A gateway waits for a file almost as long. */
const ANSWER_MS = 660_000

/** Adds `original add|list|check` to the program. `load` reads a configuration, or says what is wrong. */
export function addOriginalCommand(program: Command, load: Load): void {
  const original = program
    .command('original')
    .description('originals of entries, such as scanned bills: keep, list, check')
  original
    .command('add')
    .description(
      'hand files to the gateway that runs: it keeps each under its SHA-256, which an entry names as document_sha256',
    )
    .argument('<file...>', 'files, as they are')
    .requiredOption('--plant <id>', 'plant they belong to')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (files: readonly string[], _: unknown, command: Command) => {
      await add(files, command.optsWithGlobals<OriginalOptions>(), load)
    })
  original
    .command('list')
    .description('the originals in the data directory: SHA-256 and bytes')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action((_: unknown, command: Command) => {
      const { config, json } = command.optsWithGlobals<OriginalOptions>()
      const loaded = load(config)
      if (loaded === undefined) return
      const all = originalsIn(folderOf(loaded.config))
      if (json === true) printJson({ items: all })
      else for (const { sha256, bytes } of all) print(`${sha256}  ${bytes}`)
    })
  original
    .command('collect')
    .description('the originals that a report names, as one zip to hand on beside its bundle')
    .argument('<report>', 'id of the report, such as suzhou-1.ets-month.2026-10-01.2026-11-01')
    .requiredOption('--out <file>', 'zip that is written')
    .option('--report-version <number>', 'version of the report; the last when absent')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (report: string, _: unknown, command: Command) => {
      await collect(report, command.optsWithGlobals<CollectOptions>(), load)
    })
  original
    .command('check')
    .description('check that each original in the data directory is still what its SHA-256 says')
    .option('--config <file>', 'configuration file')
    .action((_: unknown, command: Command) => check(command.optsWithGlobals<OriginalOptions>(), load))
}

function folderOf({ data_dir }: Pick<Config, 'data_dir'>): string {
  return join(resolve(data_dir), ORIGINALS_FOLDER)
}

async function add(files: readonly string[], { plant, config, json }: OriginalOptions, load: Load): Promise<void> {
  const loaded = load(config)
  if (loaded === undefined) return
  for (const file of files) {
    const content = contentOf(file)
    if (content === null) return
    try {
      const kept = await keep(loaded.config, plant, content)
      if (json === true) printJson({ file: basename(file), ...kept })
      else print(`${kept.sha256}  ${basename(file)}${kept.known ? ', kept before' : ''}`)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      complain(`error: ${file}: ${error.message}`)
      process.exitCode = error.code
      return
    }
  }
}

async function collect(report: string, options: CollectOptions, load: Load): Promise<void> {
  const loaded = load(options.config)
  if (loaded === undefined) return
  const { out, json, reportVersion: version } = options
  const query = version === undefined ? '' : `?version=${encodeURIComponent(version)}`
  const path = `/api/v1/reports/${encodeURIComponent(report)}.json${query}`
  await orSayWhy(async () => {
    const { kept, missing } = await collectOriginals(gatewayOf(loaded.config), path, out)
    if (json === true) printJson({ kept, missing })
    else print(`${kept.length} originals: ${out}`)
    for (const sha256 of missing) complain(`warning: ${sha256} is named by the report and not kept here`)
    if (missing.length > 0) process.exitCode = EXIT.badData
  })
}

async function keep(config: Config, plant: string, content: Buffer): Promise<KeptOriginalAnswer> {
  const path = `/api/v1/plants/${encodeURIComponent(plant)}/originals`
  const answer = await requestGateway(gatewayOf(config), path, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(content),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  if (answer.ok) return (await answer.json()) as KeptOriginalAnswer
  throw await gatewayRefusal(answer)
}

function check({ config }: OriginalOptions, load: Load): void {
  const loaded = load(config)
  if (loaded === undefined) return
  const dir = folderOf(loaded.config)
  const all = originalsIn(dir)
  const broken = all.filter(({ sha256 }) => !isIntact(dir, sha256))
  for (const { sha256 } of broken)
    print(`${sha256}: it is not what was kept: hand it in again, or take it from a backup`)
  print(`${all.length} originals, ${broken.length} of them damaged`)
  if (broken.length > 0) process.exitCode = EXIT.badData
}

function contentOf(file: string): Buffer | null {
  try {
    return contentOfNamed(file)
  } catch (error) {
    complain(`error: ${(error as Error).message}`)
    process.exitCode = EXIT.unavailable
    return null
  }
}
