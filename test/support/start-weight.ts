import type { House } from './house-rules.js'
import { packageOf } from './house-sources.js'

/** Packages that threads of a gateway or single commands need, and the first thread never: each is megabytes and milliseconds. */
const HEAVY = ['@duckdb/node-api', 'aedes', 'fastify', 'influx', 'mqtt', 'nodemailer', 'pdfkit', 'ws'] as const

/** Heavy packages that are loaded with the command line, and so by every command and by the first thread of each gateway. */
export function heavyStarts(house: House): string[] {
  const from = new Map<string, string>([['src/cli.ts', '']])
  for (const path of from.keys()) {
    for (const { target, isLater } of house.importsOf(path)) {
      if (!isLater && target !== null && !from.has(target)) from.set(target, path)
    }
  }
  return [...from.keys()].flatMap((path) =>
    house.importsOf(path).flatMap(({ specifier, line, isLater }) => {
      if (isLater || !HEAVY.some((name) => name === packageOf(specifier))) return []
      return [
        `${path}:${line}: loads ${specifier} with every command, by ${wayTo(path, from)}; use import() where it is needed`,
      ]
    }),
  )
}

function wayTo(path: string, from: ReadonlyMap<string, string>): string {
  const before = from.get(path)
  return before === undefined || before === '' ? path : `${wayTo(before, from)} -> ${path}`
}
