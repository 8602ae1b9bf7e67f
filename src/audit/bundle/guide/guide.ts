import { byHand, PYTHON } from './commands.js'
import { type EmissionExample, type Example, type ExampleSources, exampleOf, readReport } from './example.js'
import type { GuideFacts, GuideWords, Workings } from './facts.js'
import { GUIDE_EN } from './words-en.js'
import { GUIDE_ZH } from './words-zh.js'

/** `HOW-TO-CHECK.md`: for an auditor who has never seen a bundle, in English and Chinese, with figures of this very report. */
export async function guide(sources: ExampleSources): Promise<string> {
  const report = await readReport(sources.reportDir)
  const example = await exampleOf(report, sources)
  const facts = { report, ledger: sources.ledger, example }
  return [GUIDE_EN, GUIDE_ZH].map((words) => written(words, facts)).join('\n---\n\n')
}

function written(words: GuideWords, facts: GuideFacts): string {
  const { example, report } = facts
  const commands = byHand(`${report.id}.v${report.version}.zip`)
  return `${words.head(facts)}
${words.key(commands)}
${words.script(commands)}
${words.byHand(commands, PYTHON)}
${example === null ? words.noExample : `${words.example(example, workings(example))}`}
${words.limits(facts)}`
}

/** A day is rounded to a millionth before days are added up, and pencil and paper round too. */
const RELATIVE = 1e-9
const ROUNDING = 1e-6
/** Beyond nine decimals nothing is shown. */
const SEEN = 5e-10

function workings(example: Example): Workings {
  const { start, end, figure, multiplier, kwh, emission } = example
  const days = figure.made.by === 'days' ? figure.made.days : 0
  const allowed = (value: number) => days * ROUNDING + RELATIVE * Math.abs(value)
  const times = multiplier === 1 ? '' : ` × ${multiplier}`
  const difference = `(${plainNumber(end.register)} − ${plainNumber(start.register)})${times} = ${plainNumber(kwh)} kWh`
  const offKwh = Math.abs(kwh - Number(figure.value))
  const kg = emission === null ? 0 : Number(emission.importKwh) * Number(emission.factor.value)
  const offKg = emission === null ? 0 : Math.abs(kg - Number(emission.kg))
  return {
    start: boundaryText(start),
    end: boundaryText(end),
    difference,
    off: offKwh < SEEN ? '' : offKwh.toPrecision(1),
    holds: offKwh <= allowed(kwh),
    emission:
      emission &&
      `${emission.importKwh} kWh × ${emission.factor.value} ${emission.factor.unit} = ${plainNumber(kg)} ${gasOf(emission)}`,
    emissionHolds: offKg <= allowed(kg),
  }
}

/** kg of what the factor is of. */
function gasOf({ factor }: EmissionExample): string {
  return factor.unit.startsWith('kgCO2e') ? 'kg CO2e' : 'kg CO2'
}

function boundaryText({ at, before, after, register }: Example['start']): string {
  const found = before.ts === after.ts ? [before] : [before, after]
  const shown = found
    .map(({ file, line }) => `grep -F ${quoted(seriesAndTime(line))} unpacked/${file}\n# ${line}`)
    .join('\n')
  if (before.ts === after.ts) return `${shown}\n\n    R(${at}) = ${plainNumber(register)}`
  const [part, whole] = [(Date.parse(at) - before.ts) / 1000, (after.ts - before.ts) / 1000]
  return `${shown}

    R(${at}) = ${before.value} + (${after.value} − ${before.value}) × ${part} s / ${whole} s = ${plainNumber(register)}`
}

/** The first six columns of a line: line, device, class, metric, unit and time. */
function seriesAndTime(line: string): string {
  return line.split(',').slice(1, 6).join(',')
}

/** As a shell takes a text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A number as people copy it: what doubles have beyond nine decimals is noise. */
export function plainNumber(value: number): string {
  return String(Number(value.toFixed(9)))
}
