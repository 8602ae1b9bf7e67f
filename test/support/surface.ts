import type { Command } from 'commander'
import { z } from 'zod'
import { program } from '../../src/commands/program.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { removeData, startGateway, type TestGateway } from './gateway.js'
import { settingRows } from './generated-tables.js'

/** Lists all that users rely on, a line each: settings, KPIs, metrics, commands with their options, routes with their fields. */
export async function publicSurface(): Promise<Readonly<Record<string, readonly string[]>>> {
  const gateway = await startGateway()
  try {
    return {
      settings: sorted(settingRows().map(([path = '', value = '']) => `${path} ${value}`.trim())),
      kpis: sorted(CATALOGUE.map(({ id, unit, pillar }) => `${id} ${unit} ${pillar}`)),
      metrics: await metricLines(gateway),
      api: await apiLines(gateway),
      commands: sorted(commandLines(program, [])),
    }
  } finally {
    await gateway.stop()
    removeData(gateway)
  }
}

const sorted = (lines: readonly string[]): readonly string[] => [...new Set(lines)].sort()

async function metricLines(gateway: TestGateway): Promise<readonly string[]> {
  const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  return sorted(page.split('\n').flatMap((line) => /^# TYPE (.+)$/.exec(line)?.[1] ?? []))
}

/** Each command that `--help` lists, with each of its options and arguments. */
function commandLines(command: Command, words: readonly string[]): readonly string[] {
  const stdout = helpOf(command)
  const options = [...stdout.matchAll(/^ {2}(-\S.*?)(?: {2,}|$)/gm)].map(([, option]) => [...words, option].join(' '))
  const [, list = ''] = /^Commands:\n([\s\S]*)/m.exec(stdout) ?? []
  const names = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].flatMap(([, name]) =>
    name === undefined || name === 'help' ? [] : [name],
  )
  const lines = [...options]
  for (const name of names) {
    lines.push([...words, name].join(' '))
    // These hand what they are given to the simulators, whose own help it is.
    const isOther = words.length === 0 && (name === 'simulate' || name === 'replay')
    if (isOther) continue
    const next = command.commands.find((one) => one.name() === name)
    if (next === undefined) throw new Error(`${[...words, name].join(' ')} is in the help and is no command`)
    lines.push(...commandLines(next, [...words, name]))
  }
  return lines
}

/** The text of `--help`, as a terminal of unknown width gets it. */
function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => (text += part) }).outputHelp()
  return text
}

const schema = z.looseObject({})
type Json = z.infer<typeof schema>

async function apiLines(gateway: TestGateway): Promise<readonly string[]> {
  const document = schema.parse(await (await fetch(`${gateway.httpUrl}/api/v1/openapi.json`)).json())
  const lines: string[] = []
  for (const [path, methods] of entriesOf(document.paths)) {
    for (const [method, route] of entriesOf(methods)) {
      const name = `${method.toUpperCase()} ${path}`
      lines.push(name)
      for (const { in: place, name: parameter, required, schema: type } of (route.parameters ?? []) as Json[]) {
        lines.push(`${name} ${place} ${parameter}${required === true ? ' required' : ''} ${typeOf(type as Json)}`)
      }
      const bodies = [['body', route.requestBody], ...entriesOf(route.responses)] as [string, Json | undefined][]
      for (const [code, body] of bodies) {
        for (const [kind, content] of entriesOf(body?.content)) {
          lines.push(
            ...fieldsOf(content.schema as Json, '', document, []).map((field) => `${name} ${code} ${kind} ${field}`),
          )
        }
      }
    }
  }
  return sorted(lines)
}

const entriesOf = (value: unknown): [string, Json][] => Object.entries((value ?? {}) as Record<string, Json>)

function typeOf({ type, const: one, enum: words }: Json): string {
  return [type, one === undefined ? '' : JSON.stringify(one), words === undefined ? '' : JSON.stringify(words)]
    .flat()
    .filter((part) => part !== '' && part !== undefined)
    .join(' ')
}

/** The path and type of each field, once through whatever refers to itself. */
function fieldsOf(part: Json, path: string, document: Json, through: readonly string[]): string[] {
  const reference = part.$ref as string | undefined
  if (reference !== undefined) {
    if (through.includes(reference)) return []
    const target = reference
      .split('/')
      .slice(1)
      .reduce<Json>((at, key) => at[key] as Json, document)
    return fieldsOf(target, path, document, [...through, reference])
  }
  const inner = [
    ...((part.anyOf ?? part.oneOf ?? part.allOf ?? []) as Json[]).flatMap((one) =>
      fieldsOf(one, path, document, through),
    ),
    ...entriesOf(part.properties).flatMap(([key, one]) => fieldsOf(one, `${path}.${key}`, document, through)),
    ...(part.items === undefined ? [] : fieldsOf(part.items as Json, `${path}[]`, document, through)),
  ]
  const type = typeOf(part)
  return type === '' ? inner : [`${path} ${type}`, ...inner]
}
