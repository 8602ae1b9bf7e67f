import { readSecret } from '../../access/secret.js'
import { EXIT } from '../../base/exit-codes.js'
import { formatProblem, type LoadedConfig } from '../../config/config.js'
import { contentOfNamed } from '../../program/named-file.js'
import { complain, endProgress, print, printJson, showProgress } from '../../program/output.js'
import { gatewayOf } from '../client/call-gateway.js'
import { Unreachable } from '../client/unreachable.js'
import type { ImportArguments } from './arguments.js'
import { touchedReports } from './frozen-periods.js'
import { UnreadableHistory } from './history-file.js'
import { ImportProgress, NoProgressFile } from './import-progress.js'
import { ImportSender, type ImportTarget, withoutPassword } from './import-sender.js'
import { TooManySeries } from './import-summary.js'
import type { HistoryMapping } from './mapping.js'
import { readMapping } from './mapping-file.js'
import { type FileResult, type ImportOptions, importFiles } from './run-import.js'
import { type FrozenAnswer, frozenLines, resultJson, resultLines } from './summary-text.js'

/** Protocols by which a broker takes messages. */
const PROTOCOLS = ['mqtt:', 'mqtts:', 'ws:', 'wss:']

type GivenImport = Omit<ImportArguments, 'mapping' | 'refusedMax'> & {
  readonly mapping: string
  readonly refusedMax: number
}

/** Looks at files or sends them, and prints what came of it. Throws `Unreachable`, and errors of the system. */
export async function runImport(files: readonly string[], given: GivenImport, loaded: LoadedConfig): Promise<void> {
  const read = readMapping(given.mapping)
  if ('problems' in read) {
    for (const problem of read.problems) complain(formatProblem(problem))
    process.exitCode = EXIT.config
    return
  }
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  try {
    const options: ImportOptions = {
      mapping: given.sheet === undefined ? read.mapping : onSheet(read.mapping, given.sheet),
      sheet: given.sheet ?? '',
      mappingFile: given.mapping,
      loaded,
      signal: stopping.signal,
      isAgain: given.again === true,
      refusedMax: given.refusedMax,
      tell: complain,
      show: showProgress,
    }
    const results = given.send === true ? await sent(files, given, options) : await importFiles(files, options, null)
    endProgress(false)
    await tellResults(results, given, options)
  } catch (error) {
    endProgress(true)
    const isOfData = error instanceof UnreadableHistory || error instanceof TooManySeries
    if (!isOfData && !(error instanceof NoProgressFile)) throw error
    complain(`error: ${error.message}`)
    process.exitCode = EXIT.badData
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
  }
}

function onSheet(mapping: HistoryMapping, sheet: string): HistoryMapping {
  return { ...mapping, xlsx: { ...mapping.xlsx, sheet } }
}

async function sent(
  files: readonly string[],
  given: GivenImport,
  options: ImportOptions,
): Promise<readonly FileResult[]> {
  const target = targetOf(given, options.loaded.config)
  const progress = ImportProgress.open(given.progress ?? `${given.mapping}.progress`)
  const sender = await ImportSender.open(target)
  try {
    return await importFiles(files, options, { sender, progress, to: withoutPassword(target.url) })
  } finally {
    await sender.close()
  }
}

function targetOf({ url, clientId, caFile }: GivenImport, config: LoadedConfig['config']): ImportTarget {
  const password = readSecret({
    value: process.env.GREENGAUGE_MQTT_PASSWORD,
    file: process.env.GREENGAUGE_MQTT_PASSWORD_FILE,
    fileSetting: 'GREENGAUGE_MQTT_PASSWORD_FILE',
  })
  const { host, port } = config.mqtt
  if (url === undefined && (!config.mqtt.enabled || port === null || port === 0)) {
    throw new Unreachable(
      'the configuration has no port of MQTT: give the address of the gateway with --url',
      EXIT.usage,
    )
  }
  if (url !== undefined && !isAddress(url)) {
    throw new Unreachable(
      `--url ${withoutPassword(url)} is no address: mqtt://gateway:1883, or mqtts://gateway:8883 over TLS`,
      EXIT.usage,
    )
  }
  const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const own = `mqtt://${named.includes(':') ? `[${named}]` : named}:${port}`
  return {
    url: url ?? own,
    clientId: clientId ?? `history-import-${process.pid}`,
    username: clientId,
    password: password === '' ? undefined : password,
    ca: caFile === undefined ? undefined : contentOfNamed(caFile),
  }
}

function isAddress(url: string): boolean {
  return URL.canParse(url) && PROTOCOLS.includes(new URL(url).protocol)
}

async function tellResults(
  results: readonly FileResult[],
  { json }: GivenImport,
  { mapping, loaded }: ImportOptions,
): Promise<void> {
  const frozen = await frozenOf(results, loaded)
  if (json === true) printJson(resultJson(results, frozen))
  else {
    for (const result of results) for (const line of resultLines(result, mapping.values)) print(line)
    for (const line of frozenLines(frozen)) print(line)
  }
  const states = results.map(({ state }) => state)
  if (states.includes('interrupted')) process.exitCode = EXIT.unavailable
  else if (results.some(({ summary }) => summary.refused > 0)) process.exitCode = EXIT.badData
}

async function frozenOf(results: readonly FileResult[], { config }: LoadedConfig): Promise<FrozenAnswer> {
  const zones = new Map(config.plants.map(({ id, timezone }) => [id, timezone]))
  try {
    return await touchedReports(
      gatewayOf(config),
      results.map(({ summary }) => summary),
      zones,
    )
  } catch (error) {
    if (error instanceof Unreachable) return error.message
    throw error
  }
}
