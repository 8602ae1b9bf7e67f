import type { Command } from 'commander'
import { ENTERED_TYPES } from '../base/entries.js'
import { EXIT } from '../base/exit-codes.js'
import type { EntriesAnswer, EntryItem, ReconciliationAnswer } from '../base/wire/entries.js'
import type { LoadedConfig } from '../config/config.js'
import { printJson, printRow } from '../program/output.js'
import { entryBody } from '../views/entries.js'
import { callGateway } from './client/call-gateway.js'

/** `greengauge entry`: what no meter sends, put on record by the gateway that runs. */

interface EntryOptions {
  readonly plant: string
  readonly by: string
  readonly reason: string
  readonly set?: readonly string[]
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `entry add|list|approve|reject|withdraw|bills` to the program. `load` reads a configuration, or says what is wrong. */
export function addEntryCommand(program: Command, load: Load): void {
  const entry = program
    .command('entry')
    .description('bills, receipts, laboratory values and corrections: add, list, decide')
  const sub = (name: string, description: string) =>
    entry
      .command(name)
      .description(description)
      .requiredOption('--plant <id>', 'plant it belongs to')
      .option('--config <file>', 'configuration file')
      .option('--json', 'as JSON')

  sub('list', 'everything on record, oldest first').action(async (_: unknown, command: Command) => {
    const options = command.optsWithGlobals<EntryOptions>()
    const answer = await ask<EntriesAnswer>(load, options, '/entries?from=2000-01-01T00:00:00Z')
    if (answer !== undefined) show(options, answer, answer.items.map(line))
  })
  sub('bills', 'bills of the last 400 days against what the meters counted').action(
    async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<EntryOptions>()
      const answer = await ask<ReconciliationAnswer>(load, options, '/reconciliation')
      if (answer === undefined) return
      const lines = answer.items.map(({ id, metric, from, to, billed, metered, difference_pct: pct, verdict }) => [
        id,
        metric,
        `${from}/${to}`,
        billed,
        metered ?? '-',
        pct === null ? '-' : `${pct.toFixed(2)} %`,
        verdict,
      ])
      show(options, answer, lines)
    },
  )
  sub('add', 'put something on record')
    .argument('<type>', ENTERED_TYPES.join(', '))
    .requiredOption('--by <name>', 'who says so')
    .option('--set <field=value>', 'a field, such as --set amount=441286; may be repeated', collect, [])
    .addHelpText('after', entryFieldsHelp)
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<EntryOptions>()
      const fields = Object.fromEntries((options.set ?? []).map((text) => fieldOf(command, text)))
      const item = await ask<EntryItem>(load, options, '/entries', { type, author: options.by, ...fields })
      if (item !== undefined) show(options, item, [line(item)])
    })
  sub('approve', 'approve what somebody else has proposed')
    .argument('<id>', 'of the entry')
    .requiredOption('--by <name>', 'who approves it')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<EntryOptions>()
      const path = `/entries/${encodeURIComponent(id)}/approve`
      const item = await ask<EntryItem>(load, options, path, { by: options.by })
      if (item !== undefined) show(options, item, [line(item)])
    })
  for (const [name, description] of [
    ['reject', 'reject a proposal'],
    ['withdraw', 'withdraw an entry: it stays on record and does not count any more'],
  ] as const) {
    sub(name, description)
      .argument('<id>', 'of the entry')
      .requiredOption('--by <name>', 'who says so')
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<EntryOptions>()
        const path = `/entries/${encodeURIComponent(id)}/${name}`
        const item = await ask<EntryItem>(load, options, path, { by: options.by, reason: options.reason })
        if (item !== undefined) show(options, item, [line(item)])
      })
  }
}

/** Fields that the gateway asks for in each type of entry, by its own schema. */
export function entryFieldsHelp(): string {
  const lines = entryBody.options.map(({ shape: { type, author: _author, approved_by: _approval, ...fields } }) => {
    const names = Object.entries(fields)
    const namesOf = (isOptional: boolean) =>
      names.flatMap(([name, field]) => (field.safeParse(undefined).success === isOptional ? [name] : [])).join(' ')
    return `  ${type.value}: ${namesOf(false)}\n    may be absent: ${namesOf(true)}`
  })
  return `\nFields for --set, by type; days are written 2026-10-01, in the zone of the plant:\n${lines.join('\n')}`
}

async function ask<T>(
  load: Load,
  { plant, config }: EntryOptions,
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  const loaded = load(config)
  if (loaded === undefined) return undefined
  return callGateway(loaded.config, `/plants/${encodeURIComponent(plant)}${path}`, body)
}

function line({ id, type, device, ts, status, author, document, approved_by, refused, origin }: EntryItem): Row {
  const who = approved_by === null ? author : `${author}, ${approved_by}`
  const why = refused === null ? '' : `${refused.by}: ${refused.reason}`
  return [ts, type, device, id, status, who, document ?? '', why, originText(origin)]
}

/** The last column: who put it on record, as the gateway knows it. */
function originText(origin: EntryItem['origin']): string {
  if (origin === null) return 'earlier: origin not kept'
  if (origin.kind === 'device') return `device ${origin.device} by ${origin.ingress}, client ${origin.client}`
  return origin.account === null ? 'a person who did not sign in' : `account ${origin.account}`
}

/** Fields whose value is a text, also where it looks like a number. */
const TEXT_FIELDS = ['document', 'id', 'sample', 'first', 'last', 'lot', 'product', 'line', 'material']

function fieldOf(command: Command, text: string): readonly [string, unknown] {
  const equals = text.indexOf('=')
  if (equals < 1) command.error('error: --set needs FIELD=VALUE, such as amount=441286', { exitCode: EXIT.usage })
  const value = text.slice(equals + 1)
  const isNumber = /^-?\d+(\.\d+)?$/.test(value) && !TEXT_FIELDS.includes(text.slice(0, equals))
  return [text.slice(0, equals), isNumber ? Number(value) : value]
}

function collect(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text]
}

type Row = readonly (string | number)[]

function show({ json }: EntryOptions, answer: unknown, rows: readonly Row[]): void {
  if (json === true) printJson(answer)
  else for (const row of rows) printRow(row)
}
