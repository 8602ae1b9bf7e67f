import type { House } from './house-rules.js'
import { packageOf } from './house-sources.js'

/** Packages that threads of a gateway or single commands need, and the first thread never: each is megabytes and milliseconds. */
const HEAVY = [
  '@duckdb/node-api',
  '@modelcontextprotocol/server',
  'aedes',
  'fastify',
  'influx',
  'mqtt',
  'node-opcua-client',
  'nodemailer',
  'pdfkit',
  'ws',
] as const

/** Files that something begins with, and the packages that it loads when they are wanted and not before. */
const STARTS: readonly (readonly [file: string, packages: readonly string[]])[] = [
  ['src/cli.ts', HEAVY],
  // Few gateways have servers of OPC UA.
  ['src/runtime/intake-thread.ts', ['node-opcua-client']],
  // Few gateways have assistants.
  ['src/runtime/pipeline-thread.ts', ['@modelcontextprotocol/server']],
]

/**
 * Heavy packages that are loaded with the command line, and so by every command and by the first thread of each gateway, or
 * with another thread that can do without.
 */
export function heavyStarts(house: House): string[] {
  return STARTS.flatMap(([file, packages]) => heavyImports(house, file, packages))
}

function heavyImports(house: House, file: string, packages: readonly string[]): string[] {
  const from = new Map<string, string>([[file, '']])
  for (const path of from.keys()) {
    for (const { target, isLater } of house.importsOf(path)) {
      if (!isLater && target !== null && !from.has(target)) from.set(target, path)
    }
  }
  return [...from.keys()].flatMap((path) =>
    house.importsOf(path).flatMap(({ specifier, line, isLater }) => {
      if (isLater || !packages.some((name) => name === packageOf(specifier))) return []
      return [
        `${path}:${line}: loads ${specifier} with every ${file === 'src/cli.ts' ? 'command' : 'gateway'}, by ${wayTo(path, from)}; use import() where it is needed`,
      ]
    }),
  )
}

function wayTo(path: string, from: ReadonlyMap<string, string>): string {
  const before = from.get(path)
  return before === undefined || before === '' ? path : `${wayTo(before, from)} -> ${path}`
}
