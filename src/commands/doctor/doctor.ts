import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { HealthCheck } from '../../base/wire.js'
import type { Config, LoadedConfig } from '../../config/config.js'
import { configFileOf } from '../../config/place.js'
import { print, printJson } from '../../program/output.js'
import { apiAddress } from '../../runtime/api-address.js'
import { isOccupied } from '../../runtime/data-dir.js'
import { fetchPinned } from '../client/pinned-fetch.js'
import { type DoctorFinding, doubtful, fine, wrong } from './finding.js'
import { clockFindings, dataFindings, diskFindings, filesFinding, ownerFindings, portFindings } from './machine.js'
import { accountFindings, certificateFindings, filesForService, secretFindings, storeFindings } from './settings.js'

/** `greengauge doctor`: what keeps a gateway with these settings from running well, and what to do about it. */

type Load = (file: string | undefined) => LoadedConfig | undefined

const ANSWER_MS = 10_000

export function addDoctorCommand(program: Command, load: Load): void {
  program
    .command('doctor')
    .description('look at ports, disk, clock, stores, certificates, accounts and secrets, and say what to do')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const { config: file, json } = command.optsWithGlobals<{ config?: string; json?: boolean }>()
      const loaded = load(file)
      if (loaded === undefined) return
      const findings = await findingsOf(loaded, file)
      const failed = findings.find(({ result }) => result === 'fail')
      process.exitCode = failed?.code ?? EXIT.ok
      if (json === true) {
        const checks = findings.map(({ code: _code, ...finding }) => finding)
        printJson({ ok: failed === undefined, checks })
      } else for (const line of findings.flatMap(linesOf)) print(line)
    })
}

async function findingsOf(
  { config, dataDirText }: LoadedConfig,
  file: string | undefined,
): Promise<readonly DoctorFinding[]> {
  const nowMs = systemClock.nowMs()
  const isRunning = existsSync(config.data_dir) && (await isOccupied(config.data_dir))
  return [
    ...(await gatewayFindings(config, isRunning)),
    ...(await portFindings(config, isRunning)),
    ...diskFindings(config),
    ...dataFindings(config, dataDirText),
    ...ownerFindings(config, filesForService(config, configFileOf(file))),
    filesFinding(config),
    ...clockFindings(config, nowMs),
    ...(await storeFindings(config)),
    ...certificateFindings(config, nowMs),
    ...accountFindings(config),
    ...secretFindings(config, file),
  ]
}

/** Findings of the gateway that runs about itself. */
async function gatewayFindings({ http, data_dir }: Config, isRunning: boolean): Promise<readonly DoctorFinding[]> {
  if (!isRunning) return [fine('gateway', `none runs on ${data_dir}`)]
  const url = `${apiAddress(http)}/readyz`
  try {
    const init = { signal: AbortSignal.timeout(ANSWER_MS) }
    const answer = await fetchPinned(url, init, http.tls?.cert_file ?? null)
    const { checks } = (await answer.json()) as { readonly checks: readonly HealthCheck[] }
    if (answer.ok) return [fine('gateway', `one runs on ${data_dir}, and is ready`)]
    return checks.map(({ name, reason }) => doubtful('gateway', `the one that runs is not ready: ${name}`, reason))
  } catch (error) {
    const cause = causeOf(error)
    const remedy = 'it was perhaps started with other settings; look at its log'
    return [
      wrong('gateway', EXIT.unavailable, `one runs on ${data_dir}, and does not answer at ${url}: ${cause}`, remedy),
    ]
  }
}

/** Libraries of TLS say it with a number and the line of a source in C. */
function causeOf(error: unknown): string {
  const { code, cause } = error as NodeJS.ErrnoException
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') return 'it does not speak HTTPS there'
  return cause instanceof Error ? cause.message : String(error)
}

function linesOf({ area, result, found, remedy }: DoctorFinding): readonly string[] {
  const line = `${result.padEnd(4)}  ${area.padEnd(12)}  ${found}`
  return remedy === '' ? [line] : [line, `${' '.repeat(20)}-> ${remedy}`]
}
