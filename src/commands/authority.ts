import type { Command } from 'commander'
import type { AuthoritiesAnswer, AuthorityEvent, AuthorityLogAnswer } from '../base/wire/authorities.js'
import type { LoadedConfig } from '../config/config.js'
import { printJson, printRow } from '../program/output.js'
import { callGateway } from './client/call-gateway.js'

/** `greengauge authority`: what authorities were told by HJ 212, as the gateway that runs says it. */

interface Options {
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `authority status|log` to the program. `load` reads a configuration, or says what is wrong. */
export function addAuthorityCommand(program: Command, load: Load): void {
  const authority = program
    .command('authority')
    .description('whom stacks report to by HJ 212: how it stands, what was sent')
  const sub = (name: string, description: string) =>
    authority
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file')
      .option('--json', 'as JSON')

  sub('status', 'how each authority stands, and what it has not answered').action(
    async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const answer = await ask<AuthoritiesAnswer>(load, options, '/authorities')
      if (answer === undefined) return
      const lines = answer.authorities.flatMap(({ plant, id, target, stacks }) =>
        stacks.map(({ stack, state, pending: { minute, hour, day }, oldest_pending, last_answered_at, reason }) => {
          const waits = `${minute} minute, ${hour} hour, ${day} day since ${oldest_pending ?? '-'}`
          return [plant, id, stack, target, state, waits, `answered ${last_answered_at ?? 'never'}`, reason]
        }),
      )
      show(options, answer, lines)
    },
  )
  sub('log', 'what was sent when with which answer, the newest at the end')
    .requiredOption('--plant <id>', 'plant it belongs to')
    .requiredOption('--authority <id>', 'id of the authority')
    .option('--real-time', 'real-time data, instead of those of minutes, hours and days')
    .option('--limit <n>', 'so many', '50')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        Options & { plant: string; authority: string; realTime?: boolean; limit: string }
      >()
      const query = new URLSearchParams({
        of: options.realTime === true ? 'real_time' : 'data',
        limit: options.limit,
      })
      const [plant, id] = [options.plant, options.authority].map(encodeURIComponent)
      const answer = await ask<AuthorityLogAnswer>(load, options, `/plants/${plant}/authorities/${id}/log?${query}`)
      if (answer !== undefined) show(options, answer, answer.events.toReversed().map(line))
    })
}

async function ask<T>(load: Load, { config }: Options, path: string): Promise<T | undefined> {
  const loaded = load(config)
  return loaded === undefined ? undefined : callGateway(loaded.config, path)
}

function line({ at, stack, what, period, data_time, qn, attempt, detail }: AuthorityEvent): Row {
  return [at, stack, what, period ?? '-', data_time ?? '-', qn ?? '-', attempt, detail]
}

type Row = readonly (string | number)[]

function show({ json }: Options, answer: unknown, rows: readonly Row[]): void {
  if (json === true) printJson(answer)
  else for (const row of rows) printRow(row)
}
