import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Command } from 'commander'
import { REPORT_LANGUAGES } from '../audit/render/language.js'
import { reportId } from '../audit/report/request.js'
import { systemClock } from '../base/clock.js'
import { EXIT } from '../base/exit-codes.js'
import { type AuditJob, REPORT_PROFILES, type ReportItem, type ReportProfile } from '../base/report.js'
import type { ReportsAnswer } from '../base/wire/audit.js'
import type { LoadedConfig } from '../config/config.js'
import { complain, print, printJson } from '../program/output.js'
import { REPORT_FORMATS } from '../views/sources/reports.js'
import { callApi, type GatewayApi, gatewayRefusal, requestGateway } from './client/call-gateway.js'
import { orSayWhy } from './client/or-say-why.js'
import { Unreachable } from './client/unreachable.js'

/** `greengauge report` and `greengauge reports`: the reports of a data directory, with or without a gateway that runs on it. */

const LOOK_MS = 300

/** Report that is wanted as a file. */
export interface ReportFileOptions {
  readonly config?: string
  readonly set?: Readonly<Record<string, string>>
  readonly json?: boolean
  readonly plant: readonly string[]
  readonly from: string
  readonly to: string
  readonly profile: ReportProfile
  readonly format: (typeof REPORT_FORMATS)[number]
  readonly out: string
  readonly freeze?: boolean
  readonly by?: string
  readonly language: (typeof REPORT_LANGUAGES)[number]
  readonly table?: string
}

type Accepted = (
  file: string | undefined,
  flags: Readonly<Record<string, string>> | undefined,
) => LoadedConfig | undefined
type CollectSettings = (text: string, earlier?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>

export function addReportCommands(program: Command, accepted: Accepted, collectSettings: CollectSettings): void {
  program
    .command('report')
    .description('make the emissions report of some days and write it to a file; frozen with --freeze')
    .requiredOption('--plant <id...>', 'plants of the report')
    .requiredOption('--from <day>', 'first day, 2026-10-01, in the zone of each plant')
    .requiredOption('--to <day>', 'the day after the last')
    .option('--profile <form>', `form: ${REPORT_PROFILES.join(', ')}`, REPORT_PROFILES[0])
    .requiredOption('--format <format>', `${REPORT_FORMATS.join(', ')} (zip: the evidence bundle of a frozen report)`)
    .requiredOption('--out <file>', 'file that is written; of a zip its signature comes beside it')
    .option('--freeze', 'freeze it as its next version')
    .option('--by <name>', 'who freezes it')
    .option('--language <language>', `of PDF and XLSX: ${REPORT_LANGUAGES.join(', ')}`, 'en')
    .option('--table <id>', 'of CSV: a table of the report instead of all figures in one')
    .option('--config <file>', 'configuration file')
    .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
    .option('--json', 'print what was made as JSON')
    .action(async (_options: ReportFileOptions, command: Command) => {
      const options = command.optsWithGlobals<ReportFileOptions>()
      refuseWrongCall(options, command)
      const loaded = accepted(options.config, options.set)
      if (loaded === undefined) return
      await orSayWhy(async () => {
        const { withGateway } = await import('./client/gateway-api.js')
        const item = await withGateway(loaded, complain, (api) => makeReportFile(api, options))
        if (options.json === true) printJson(item)
        else print(`${item.id}, version ${item.version} (${item.status}): ${options.out}`)
      })
    })
  program
    .command('reports')
    .description('list all versions of all reports, the newest first')
    .option('--config <file>', 'configuration file')
    .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
    .option('--json', 'as JSON')
    .action(async (_options: ReportFileOptions, command: Command) => {
      const options = command.optsWithGlobals<ReportFileOptions>()
      const loaded = accepted(options.config, options.set)
      if (loaded === undefined) return
      await orSayWhy(async () => {
        const { withGateway } = await import('./client/gateway-api.js')
        const { items } = await withGateway(loaded, complain, (api) =>
          callApi<ReportsAnswer>(api, '/reports?limit=10000'),
        )
        if (options.json === true) printJson({ items })
        else for (const item of items) print(lineOf(item))
        if (items.length === 0 && options.json !== true) complain('there are no reports yet')
      })
    })
}

function refuseWrongCall(options: ReportFileOptions, command: Command): void {
  const refuse = (text: string) => command.error(`error: ${text}`, { exitCode: EXIT.usage })
  const isOne = (list: readonly string[], word: string) => list.includes(word)
  if (!isOne(REPORT_PROFILES, options.profile)) refuse(`--profile is one of ${REPORT_PROFILES.join(', ')}`)
  if (!isOne(REPORT_FORMATS, options.format)) refuse(`--format is one of ${REPORT_FORMATS.join(', ')}`)
  if (!isOne(REPORT_LANGUAGES, options.language)) refuse(`--language is one of ${REPORT_LANGUAGES.join(', ')}`)
  if (options.freeze === true && options.by === undefined) refuse('--freeze needs --by: who freezes it')
}

/** Makes a report, frozen where that is asked, and writes one of its files. Throws `Unreachable` with why it cannot be. */
export async function makeReportFile(api: GatewayApi, options: ReportFileOptions): Promise<ReportItem> {
  const { profile, from, to, format, language } = options
  const plants = [...new Set(options.plant)].sort()
  const id = reportId({ plants, profile, from, to })
  const known = await callApi<ReportsAnswer>(api, `/reports/${id}`).catch(() => ({
    items: [] as readonly ReportItem[],
  }))
  const frozen = known.items.find(({ status }) => status !== 'draft')
  let made: AuditJob | null = null
  if (options.freeze === true) {
    made = await follow(
      api,
      await callApi<AuditJob>(api, `/reports/${id}/freeze`, { by: options.by, languages: ['en', 'zh'] }),
    )
  } else if (format !== 'zip' || frozen === undefined) {
    made = await follow(api, await callApi<AuditJob>(api, '/reports', { plants, profile, from, to }))
  }
  const version = made?.report?.version ?? frozen?.version
  if (version === undefined) throw new Unreachable(`nothing was made of ${id}`)
  if (format === 'zip') await follow(api, await callApi<AuditJob>(api, `/reports/${id}/bundle?version=${version}`, {}))
  const query = new URLSearchParams({ version: String(version), language })
  if (options.table !== undefined) query.set('table', options.table)
  await download(api, `/reports/${id}.${format}?${query}`, options.out)
  if (format === 'zip') await download(api, `/reports/${id}.zip.sig?version=${version}`, `${options.out}.sig`)
  const { items } = await callApi<ReportsAnswer>(api, `/reports/${id}?version=${version}`)
  return items[0]!
}

/** Waits for a job, and tells how far it is. */
async function follow(api: GatewayApi, begun: AuditJob): Promise<AuditJob> {
  let said = ''
  for (let job = begun; ; job = await callApi<AuditJob>(api, `/audit/jobs/${begun.id}`)) {
    if (job.state === 'failed') throw new Unreachable(job.detail.en, EXIT.badData)
    if (job.state === 'done') {
      for (const { ok, text } of job.findings) if (!ok) complain(`warning: ${text.en}`)
      return job
    }
    const line = `${Math.round(job.progress * 100)} % ${job.detail.en}`
    if (line !== said) complain(line)
    said = line
    await systemClock.sleep(LOOK_MS)
  }
}

async function download(api: GatewayApi, path: string, out: string): Promise<void> {
  const answered = await requestGateway(api, `/api/v1${path}`)
  if (!answered.ok || answered.body === null) throw await gatewayRefusal(answered)
  await pipeline(Readable.fromWeb(answered.body as ReadableStream), createWriteStream(out))
}

function lineOf({ id, version, status, outdated, must_reissue: must, created_at: at }: ReportItem): string {
  const marks = [status, ...(must ? ['has to be issued again'] : outdated ? ['outdated'] : [])]
  return `${id}  version ${version}  ${marks.join(', ')}  ${at}`
}
