import type { Command } from 'commander'
import { type Clock, systemClock } from '../base/clock.js'
import { dayInZone } from '../base/days-in-zone.js'
import { DAY_MS } from '../base/durations.js'
import { EXIT } from '../base/exit-codes.js'
import type { ReportPeriod } from '../base/report.js'
import type { EntryItem } from '../base/wire/entries.js'
import type { PlantsAnswer } from '../base/wire/plants.js'
import type { LoadedConfig } from '../config/config.js'
import { complain, print, printJson } from '../program/output.js'
import { callApi } from './client/call-gateway.js'
import { orSayWhy } from './client/or-say-why.js'
import { makeReportFile } from './report.js'

/** `greengauge declaration`: the declaration of a management centre, out of what is in use now. */

const FORMATS = ['xlsx', 'pdf', 'json'] as const
/** The newest days that are over. */
const DAYS = 30

interface DeclarationOptions {
  readonly plant: string
  readonly by: string
  readonly out: string
  readonly format: (typeof FORMATS)[number]
  readonly language: 'zh' | 'en'
  readonly from?: string
  readonly to?: string
  readonly freeze?: boolean
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `declaration` to the program. `load` reads a configuration, or says what is wrong. */
export function addDeclarationCommand(program: Command, load: Load, clock: Clock = systemClock): void {
  program
    .command('declaration')
    .description(
      'put on record which functions of a management centre are in use, and make the declaration of it: prepared for 工信厅节〔2025〕13号, to be checked against the original',
    )
    .requiredOption('--plant <id>', 'plant that is declared')
    .requiredOption('--by <name>', 'who says so')
    .requiredOption('--out <file>', 'file that is written')
    .option('--format <format>', FORMATS.join(', '), FORMATS[0])
    .option('--language <language>', 'zh, en', 'zh')
    .option('--from <day>', `first day of its figures, 2026-10-01; ${DAYS} days before the last when absent`)
    .option('--to <day>', 'the day after the last; today when absent')
    .option('--freeze', 'freeze it as its next version, so that it is signed')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print what was made as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DeclarationOptions>()
      const refuse = (text: string) => command.error(`error: ${text}`, { exitCode: EXIT.usage })
      if (!FORMATS.includes(options.format)) refuse(`--format is one of ${FORMATS.join(', ')}`)
      if (!['zh', 'en'].includes(options.language)) refuse('--language is one of zh, en')
      const loaded = load(options.config)
      if (loaded === undefined) return
      const { plant, by } = options
      await orSayWhy(async () => {
        const { withGateway } = await import('./client/gateway-api.js')
        const item = await withGateway(loaded, complain, async (api) => {
          const { plants } = await callApi<PlantsAnswer>(api, '/plants')
          const zone = plants.find(({ id }) => id === plant)?.timezone ?? 'UTC'
          const days = declaredDays(options, zone, clock.nowMs())
          const path = `/plants/${encodeURIComponent(plant)}/centre-functions`
          const entry = await callApi<EntryItem>(api, path, { by })
          if (entry.status === 'proposed') complain(`warning: entry ${entry.id} waits for approval and is not in it`)
          return makeReportFile(api, { ...options, plant: [plant], profile: 'centre-declaration', ...days })
        })
        if (options.json === true) printJson(item)
        else print(`${item.id}, version ${item.version} (${item.status}): ${options.out}`)
      })
    })
}

/** The days as they are named, else the newest that are over in the zone of the plant. */
export function declaredDays(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
  nowMs: number,
): ReportPeriod {
  const end = to ?? dayInZone(zone, nowMs)
  return { from: from ?? new Date(Date.parse(end) - DAYS * DAY_MS).toISOString().slice(0, 10), to: end }
}
