import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readEntries } from '../audit/ledger/ledger.js'
import { auditLogFolder, checkAuditLog } from '../audit/log/check.js'
import { isAuditAction } from '../audit/log/entry.js'
import type { AuditFilter } from '../audit/log/search.js'
import { AUDIT_ACTIONS, type AuditEntry } from '../base/audit-log.js'
import { EXIT } from '../base/exit-codes.js'
import type { Config } from '../config/config.js'
import { complain, print, printJson, printPiece } from '../program/output.js'
import { instantOf } from './instant-option.js'

/** `greengauge audit-log`: who did what, and whether the log is whole. Reads the files, whether a gateway runs or not. */

interface Options {
  readonly config?: string
  readonly json?: boolean
}

interface ListOptions extends Options {
  readonly csv?: boolean
  readonly limit: string
  readonly from?: string
  readonly to?: string
  readonly actor?: string
  readonly act?: string
}

/** Adds `audit-log list|check` to the program. `load` reads a configuration, or says what is wrong. */
export function addAuditLogCommand(program: Command, load: (file: string | undefined) => Config | undefined): void {
  const log = program
    .command('audit-log')
    .description('who signed in, changed settings, acted on alarms, made reports: list it, check that it is whole')

  const dirOf = (options: Options): string | undefined => {
    const config = load(options.config)
    if (config === undefined) return undefined
    const dir = resolve(config.data_dir)
    if (existsSync(join(dir, 'audit-log'))) return dir
    complain(`error: there is no audit log in ${dir}: the gateway makes it with its first start`)
    process.exitCode = EXIT.unavailable
    return undefined
  }

  log
    .command('list')
    .description('entries, the newest at the end')
    .option('--from <time>', 'first instant, RFC 3339 or a date (midnight UTC)')
    .option('--to <time>', 'end, itself not included')
    .option('--actor <name>', 'of an account')
    .option('--act <act>', `one of ${Object.keys(AUDIT_ACTIONS).join(', ')}`)
    .option('--limit <n>', 'the newest so many', '50')
    .option('--csv', 'all of them as a table for a spreadsheet')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON, one entry a line')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      const filter = filterOf(command, options)
      const limit = Number(options.limit)
      if (!Number.isSafeInteger(limit) || limit < 1) {
        command.error(`error: --limit ${options.limit} is not a number of entries`, { exitCode: EXIT.usage })
      }
      const dir = dirOf(options)
      if (dir === undefined) return
      const path = join(dir, 'audit-log')
      const { auditTable } = await import('../audit/log/search.js')
      if (options.csv === true) for await (const piece of auditTable(path, filter)) printPiece(piece)
      else await list(path, filter, limit, options.json === true)
    })

  log
    .command('check')
    .description('check every entry, and those that the ledger has sealed; the first line that does not hold is named')
    .option('--language <en|zh>', 'language of what is found', 'en')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { language: string }>()
      const dir = dirOf(options)
      if (dir !== undefined) await check(dir, options.language === 'zh' ? 'zh' : 'en', options.json === true)
    })
}

function filterOf(command: Command, { from, to, actor, act }: ListOptions): AuditFilter {
  if (act !== undefined && !isAuditAction(act)) {
    const known = Object.keys(AUDIT_ACTIONS).join(', ')
    command.error(`error: --act ${act} is none of ${known}`, { exitCode: EXIT.usage })
  }
  return {
    act,
    actor,
    fromMs: from === undefined ? undefined : instantOf(command, '--from', from),
    toMs: to === undefined ? undefined : instantOf(command, '--to', to),
  }
}

async function list(dir: string, filter: AuditFilter, limit: number, asJson: boolean): Promise<void> {
  const { searchAuditLog } = await import('../audit/log/search.js')
  const found: AuditEntry[] = []
  let before: number | null = null
  do {
    const { items, next } = await searchAuditLog(dir, filter, { before, limit: limit - found.length })
    found.push(...items)
    before = next
  } while (before !== null && found.length < limit)
  for (const entry of found.toReversed()) {
    const { number, at, act, actor, subject } = entry
    if (asJson) printJson(entry)
    else print(`${String(number).padStart(6)}  ${at}  ${act.padEnd(15)}  ${(actor || '-').padEnd(12)}  ${subject}`)
  }
}

async function check(dir: string, language: 'en' | 'zh', asJson: boolean): Promise<void> {
  const seals = new Map<number, string>()
  for await (const { body } of readEntries(join(dir, 'ledger'))) {
    if (body.kind === 'audit_log') seals.set(body.entry, body.sha256)
  }
  const findings = checkAuditLog(auditLogFolder(join(dir, 'audit-log')), seals)
  const isWhole = findings.every(({ ok }) => ok)
  if (!isWhole) process.exitCode = EXIT.badData
  if (asJson) printJson({ ok: isWhole, findings })
  else for (const { ok, text } of findings) print(`${ok ? 'ok   ' : 'FAULT'}  ${text[language]}`)
}
