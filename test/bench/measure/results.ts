import { appendFileSync, readFileSync } from 'node:fs'
import type { JudgedRun } from './judge.js'
import { commit, machine } from './machine.js'

const FILE = new URL('../results.jsonl', import.meta.url)

/** Findings of a suite. */
export interface Outcome {
  readonly settings: Readonly<Record<string, unknown>>
  /** Versions of the programs measured beside ours. */
  readonly versions: Readonly<Record<string, string>>
  readonly figures: Readonly<Record<string, unknown>>
  /** Figures that `judge` compares with earlier runs: the rounds of each one where more is better, by its name. */
  readonly judged?: Readonly<Record<string, readonly number[]>>
  /** Table that is printed at the end: heads, then rows. */
  readonly table: readonly (readonly (string | number)[])[]
}

/** Adds one line to the results that are kept with the code. */
export function keepResult(suite: string, { settings, versions, figures, judged }: Outcome): void {
  const record = {
    date: new Date().toISOString(),
    commit: commit(),
    suite,
    machine: machine(),
    versions,
    settings,
    figures,
    judged,
  }
  appendFileSync(FILE, `${JSON.stringify(record)}\n`)
}

/** Reads the results that were kept so far, oldest first. */
export function keptResults(): readonly JudgedRun[] {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JudgedRun)
}

/** The table as text: the first column to the left, figures to the right with their thousands. */
export function tableText(table: Outcome['table']): string {
  const rows = table.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)))
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  const lineOf = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
  return rows.map((row) => lineOf(row).trimEnd()).join('\n')
}
