import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { CATALOGUE } from '../../src/kpi/catalogue.js'

/**
 * Figures that change with an edition of the calculation rules, and by how much. `npx tsx test/support/rule-changes.ts
 * compare BEFORE AFTER` compares the final figures in two data directories, window by window: one as a program of the older
 * edition has left it, and a copy of it on which a program of the newer one has run until `/readyz` says nothing of rules. What
 * it prints lies in `test/cases/editions/figures`; `npm run tables` writes the table of `docs/reference/changes-of-rules.md` from it, and a
 * test holds the page to it.
 */
export interface Totals {
  /** `plant | scope | id | kpi | window` to numerator, denominator, windows and windows with a value. */
  readonly [stream: string]: readonly [numerator: number, denominator: number, windows: number, valued: number]
}

const FOLDER = join(fileURLToPath(new URL('../..', import.meta.url)), 'test', 'cases', 'editions', 'figures')
/** The three public data sets, and 46 hours of the demo plants with contracts of one day and a battery. */
const SETS = ['sets', 'demo']
/** Sums of doubles in another order differ by less; nothing that a rule changes does. */
const TOLERANCE = 1e-9

/**
 * Totals of the final points of two databases in the windows that both have, where they differ: of the same readings, computed
 * by older and by newer rules.
 */
export async function compared(
  before: string,
  after: string,
): Promise<{ before: Totals; after: Totals; same: number }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  for (const [name, path] of Object.entries({ a: before, b: after })) {
    await connection.run(`ATTACH '${path}' AS ${name} (READ_ONLY)`)
    await connection.run(
      `CREATE TABLE of_${name} AS SELECT concat_ws(' | ', s.plant, s.scope, s.scope_id, s.kpi, s."window") AS stream, p.start,
         p.numerator, p.denominator, p.value
       FROM ${name}.kpi_point p JOIN ${name}.kpi_stream s ON s.id = p.stream
       WHERE NOT p.provisional AND s."window" IN ('1h', '1d', '1mo')`,
    )
  }
  const totals: [Record<string, Totals[string]>, Record<string, Totals[string]>] = [{}, {}]
  const found = await connection.runAndReadAll(
    `SELECT stream, list([a.numerator, a.denominator] ORDER BY start), list([b.numerator, b.denominator] ORDER BY start),
       count(*)::INTEGER, count(a.value)::INTEGER, count(b.value)::INTEGER
     FROM of_a a JOIN of_b b USING (stream, start) GROUP BY stream ORDER BY stream`,
  )
  let same = 0
  for (const [stream, ofA, ofB, windows, inA, inB] of found.getRowsJS()) {
    const [x, y] = [totalOf(ofA, windows, inA), totalOf(ofB, windows, inB)]
    if (x.every((value, i) => isNear(value, y[i]!))) same++
    else [totals[0][stream as string], totals[1][stream as string]] = [x, y]
  }
  connection.closeSync()
  instance.closeSync()
  return { before: totals[0], after: totals[1], same }
}

function totalOf(pairs: unknown, windows: unknown, valued: unknown): Totals[string] {
  const all = pairs as readonly (readonly [number, number])[]
  const sum = (at: 0 | 1) => all.reduce((total, pair) => total + pair[at], 0)
  return [sum(0), sum(1), windows as number, valued as number]
}

/** A figure that the newer rules make otherwise. */
interface Change {
  readonly plant: string
  readonly kpi: string
  readonly window: string
  readonly scopes: Map<string, number>
  readonly before: string
  readonly after: string
  readonly by: string
}

function changesOf(before: Totals, after: Totals): readonly Change[] {
  const found = new Map<string, Change>()
  for (const stream of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [a, b] = [before[stream], after[stream]]
    if (a !== undefined && b !== undefined && a.every((value, i) => isNear(value, b[i]!))) continue
    const [plant = '', scope = '', , kpi = '', window = ''] = stream.split(' | ')
    const known = found.get(`${plant} ${kpi} ${window}`)
    if (known !== undefined) {
      known.scopes.set(scope, (known.scopes.get(scope) ?? 0) + 1)
      if (!(scope === 'plant' && !known.scopes.has('plant'))) continue
    }
    const scopes = known?.scopes ?? new Map([[scope, 1]])
    const [from, to] = [figureOf(kpi, a), figureOf(kpi, b)]
    found.set(`${plant} ${kpi} ${window}`, { plant, kpi, window, scopes, ...fromTo(from, to) })
  }
  return [...found.values()]
}

function fromTo(before: Figure, after: Figure): Pick<Change, 'before' | 'after' | 'by'> {
  const isBoth = before.value !== null && after.value !== null && before.value !== 0
  const by = isBoth ? `${signed(((after.value! - before.value!) / Math.abs(before.value!)) * 100)} %` : '–'
  if (by === '0 %' && before.text !== after.text) return { before: before.text, after: after.text, by: 'values alone' }
  return { before: before.text, after: after.text, by }
}

interface Figure {
  readonly value: number | null
  readonly text: string
}

/** A sum as its sum, a ratio as the quotient of its sums; and how many windows have a value. */
function figureOf(kpi: string, totals: Totals[string] | undefined): Figure {
  if (totals === undefined) return { value: null, text: 'not there' }
  const [numerator, denominator, windows, valued] = totals
  const isSum = CATALOGUE.find(({ id }) => id === kpi)?.shape === 'sum'
  const value = isSum ? numerator : denominator === 0 ? null : numerator / denominator
  return { value, text: `${value === null ? '–' : short(value)} (${valued} of ${windows})` }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b))
}

function short(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function signed(value: number): string {
  const text = short(Number(value.toFixed(3)))
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

/** The table of the page: each figure that changes, of hours and days where both do the first alone. */
export function changesTable(): string {
  const changes = SETS.flatMap((name) => {
    const read = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as { before: Totals; after: Totals }
    return changesOf(read.before, read.after)
  })
  const seen = new Set<string>()
  const rows = changes
    .toSorted((a, b) => order(a) - order(b))
    .filter(({ plant, kpi }) => !seen.has(`${plant} ${kpi}`) && seen.add(`${plant} ${kpi}`))
    .toSorted((a, b) => compare(a.plant, b.plant) || compare(a.kpi, b.kpi))
    .map(({ plant, kpi, window, scopes, before, after, by }) => {
      const of = [...scopes].map(([scope, count]) => (count === 1 ? scope : `${count} × ${scope}`)).join(', ')
      return `| ${plant} | \`${kpi}\` | ${of} | ${window} | ${before} | ${after} | ${by} |\n`
    })
  return `| plant | KPI | scopes | windows | edition 1 | edition 2 | change |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('')}`
}

const WINDOWS = ['1h', '1d', '1mo']

function order({ window }: Change): number {
  return WINDOWS.indexOf(window)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The page with the table as the lists have it. */
export function changesPage(page: string): string {
  const [head = '', rest = ''] = page.split('<!-- table:changes -->\n')
  const [, tail = ''] = rest.split('<!-- /table -->')
  return `${head}<!-- table:changes -->\n${changesTable()}<!-- /table -->${tail}`
}

const [, script, command, before, after] = process.argv
if (script === fileURLToPath(import.meta.url) && command === 'compare' && before !== undefined && after !== undefined) {
  const found = await compared(join(before, 'archive.duckdb'), join(after, 'archive.duckdb'))
  const written = (totals: Totals) => {
    const lines = Object.entries(totals).map(([stream, of]) => `    ${JSON.stringify(stream)}: ${JSON.stringify(of)}`)
    return `{\n${lines.join(',\n')}\n  }`
  }
  const text = `{\n  "same": ${found.same},\n  "before": ${written(found.before)},\n  "after": ${written(found.after)}\n}\n`
  writeFileSync(1, text)
}
