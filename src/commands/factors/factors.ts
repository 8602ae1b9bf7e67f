import type { Command } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import { flagsOf, KPI_FLAGS } from '../../base/flags.js'
import { formatProblem, type loadConfig } from '../../config/config.js'
import { nearest } from '../../config/did-you-mean.js'
import { bundledLibrary } from '../../kpi/factors/bundled.js'
import { TableError } from '../../kpi/factors/csv.js'
import { FACTOR_CONFIDENCES, type Factor, FROM_MEMORY } from '../../kpi/factors/factor.js'
import { type FactorLibrary, readLibrary } from '../../kpi/factors/table.js'
import { whyUnreadable } from '../../program/named-file.js'
import { complain, print, printJson, printText } from '../../program/output.js'
import { plantsInWords, warningsOf } from './findings.js'

/** `greengauge factors`: what the tables hold, where each number comes from, and whether it can be trusted. */

type Load = (file: string) => ReturnType<typeof loadConfig>

interface ListOptions {
  readonly region?: string
  readonly activity?: string
  readonly confidence?: string
  readonly tables?: string
  readonly json?: boolean
}

const TABLES_OPTION = ['--tables <folder>', 'other tables than those of this version'] as const

/** Adds `factors list|show|check` to the program. `load` reads a configuration. */
export function addFactorsCommand(program: Command, load: Load): void {
  const factors = program.command('factors').description('emission factors and coal equivalents: list, show, check')

  factors
    .command('list')
    .description('all factors of the tables, one a line')
    .option('--region <region>', 'only those of a region, such as CN-JS, CN-GRID-E, CN or GLOBAL')
    .option(
      '--activity <word>',
      'only those whose activity has this in it, such as grid, fuel.diesel, gwp.ar6, coal_equivalent',
    )
    .option('--confidence <word>', `only those that are ${Object.keys(FACTOR_CONFIDENCES).slice(0, -1).join(', ')}`)
    .option(...TABLES_OPTION)
    .option('--json', 'as JSON')
    .action((_options: ListOptions, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      const library = tablesOf(options)
      if (library === undefined) return
      const chosen = allOf(library).filter((one) => isChosen(one, options))
      if (options.json === true) printJson(chosen.map(asJson))
      else for (const line of listing(chosen)) print(line)
    })

  factors
    .command('show')
    .description('one factor: where it comes from, what it is used for, and which flags it causes')
    .argument('<id>', 'as the list and every KPI point name it')
    .option(...TABLES_OPTION)
    .option('--json', 'as JSON')
    .action((id: string, _options: ListOptions, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      const library = tablesOf(options)
      if (library === undefined) return
      const all = allOf(library)
      const found = all.find((one) => one.id === id)
      if (found === undefined) {
        const meant = nearest(
          id,
          all.map((one) => one.id),
        )
        const hint = meant === undefined ? '"greengauge factors list" names all' : `did you mean ${meant}?`
        command.error(`error: there is no factor ${id}; ${hint}`, { exitCode: EXIT.usage })
      } else if (options.json === true) printJson(asJson(found))
      else for (const line of portrait(found)) print(line)
    })

  factors
    .command('check')
    .description('check the tables, and the own factors and contracts of a configuration beside them')
    .argument('[file]', 'configuration file')
    .option('--config <file>', 'configuration file, instead of the argument')
    .option(...TABLES_OPTION)
    .option('--json', 'as JSON')
    .action((file: string | undefined, _options: ListOptions, command: Command) => {
      const options = command.optsWithGlobals<ListOptions & { config?: string }>()
      const library = tablesOf(options)
      if (library !== undefined) check(library, file ?? options.config, load, options.json === true)
    })
}

/** The tables, or undefined after saying what is wrong with them and setting the exit code. */
function tablesOf({ tables }: ListOptions): FactorLibrary | undefined {
  try {
    return tables === undefined ? bundledLibrary() : readLibrary(tables)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!(error instanceof TableError) && !isMissing) throw error
    complain(`error: ${isMissing ? whyUnreadable(missingIn(error, tables ?? ''), error) : error.message}`)
    process.exitCode = EXIT.badData
    return undefined
  }
}

/** The file or folder that an error of the system names. */
function missingIn(error: Error & { path?: string }, asked: string): string {
  return error.path ?? asked
}

function allOf(library: FactorLibrary): readonly Factor[] {
  return [...library.factors, ...library.coal.flatMap((one) => one.rows)]
}

function isChosen(one: Factor, { region, activity, confidence }: ListOptions): boolean {
  if (region !== undefined && one.region?.toUpperCase() !== region.toUpperCase()) return false
  if (confidence !== undefined && one.confidence !== confidence) return false
  return activity === undefined || one.activity.includes(activity.toLowerCase())
}

/** As it is used, and beside it as it is printed in its source. */
function asJson({ flags, heat, printed, paramSource: _, ...rest }: Factor): Readonly<Record<string, unknown>> {
  const value = Number.isNaN(rest.value) ? null : rest.value
  return { ...rest, value, printed, heatingValue: heat, flags: flagsOf(flags), usedIn: useOf(rest.activity) }
}

function listing(factors: readonly Factor[]): readonly string[] {
  if (factors.length === 0) return ['no factor fits; leave an option out, or see "greengauge factors list"']
  const rows = factors.map((one) => [
    one.id,
    one.printed.value === '' ? '-' : one.printed.value,
    one.printed.unit,
    one.region ?? '',
    days(one),
    (one.flags & FROM_MEMORY) !== 0 ? 'from memory' : '',
  ])
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const unchecked = factors.filter((one) => (one.flags & FROM_MEMORY) !== 0).length
  const doubt = unchecked === 0 ? '' : `, ${unchecked} of them from memory and not checked`
  return [...lines, '', `${factors.length} ${factors.length === 1 ? 'factor' : 'factors'}${doubt}`]
}

/** `2023` for a whole year, `since 2021-04-01` for one without an end. */
function days({ validFrom, validTo }: Factor): string {
  const year = validFrom.slice(0, 4)
  if (validTo === null) return `since ${validFrom}`
  return validFrom === `${year}-01-01` && validTo === `${year}-12-31` ? year : `${validFrom} to ${validTo}`
}

function portrait(one: Factor): readonly string[] {
  const { printed } = one
  const isConverted = one.unit !== printed.unit && printed.value !== ''
  const flags = flagsOf(one.flags)
  const facts: readonly (readonly [string, string])[] = [
    ['value', printed.value === '' ? `none; in ${printed.unit}` : `${printed.value} ${printed.unit}`],
    ['calculated as', isConverted ? `${Number(one.value.toPrecision(12))} ${one.unit}` : ''],
    [
      'heating value',
      one.heat === 'hhv' ? 'gross (HHV); never used with net ones' : one.heat === 'ncv' ? 'net (NCV)' : '',
    ],
    ['activity', one.activity],
    ['region', one.region ?? ''],
    ['valid', one.validTo === null ? `from ${one.validFrom} on` : `${one.validFrom} to ${one.validTo}`],
    ['published', one.publishedOn],
    ['source', one.source],
    ['known from', FACTOR_CONFIDENCES[one.confidence]],
    ['note', one.note],
    ['used in', useOf(one.activity)],
    ['flags', flags.length === 0 ? 'none' : flags.map((flag) => `${flag}: ${KPI_FLAGS[flag]}`).join(' ')],
    ['stands in', one.place],
  ]
  const lines = facts.filter(([, text]) => text !== '').map(([name, text]) => `  ${name.padEnd(13)}  ${text}`)
  return [one.id, `  ${one.description}`, '', ...lines]
}

const USES: readonly (readonly [RegExp, string])[] = [
  [/^grid_electricity$/, 'scope 2 by location: imported kWh × this; also carbon per unit and per kWh'],
  [/^grid_electricity_residual$/, 'scope 2 by market: imported kWh that no contract covers × this'],
  [/^grid_electricity_fossil$/, 'nothing; published beside the averages'],
  [/^grid_electricity_(ets|ndrc)$/, 'nothing; kept to reproduce old reports'],
  [/^electricity_life_cycle$/, 'nothing here: it is for footprints of products, not for scope 2'],
  [/^electricity_nonfossil$/, 'scope 2 by market, for covered kWh with proof'],
  [/^heat$/, 'scope 2: purchased heat in GJ × this'],
  [/^process\./, 'scope 1, processes: tonnes × this'],
  [/^fuel\.\w+\.combustion_co2$/, 'nothing: scope 1 computes it from the three numbers it is made of'],
  [/^fuel\./, 'scope 1 (combustion: cn): amount × heating value × carbon content × oxidation × 44/12'],
  [/^ipcc\./, 'scope 1 (combustion: ipcc): amount × heating value × factor of each gas × its warming potential'],
  [/^hhv\./, 'nothing; of older tables, which had factors of gross heating values'],
  [/^gwp\./, 'scope 1: kilograms of the gas × this'],
  [/^coal_equivalent\.\w+_2008$/, 'nothing; an edition that was superseded, kept to reproduce old reports'],
  [/^coal_equivalent\./, 'energy in coal equivalents: amount × this'],
]

function useOf(activity: string): string {
  return USES.find(([form]) => form.test(activity))?.[1] ?? 'nothing'
}

function check(library: FactorLibrary, file: string | undefined, load: Load, asJson: boolean): void {
  const loaded = file === undefined ? undefined : load(file)
  const problems = loaded !== undefined && 'problems' in loaded ? loaded.problems : []
  const config = loaded === undefined || 'problems' in loaded ? undefined : loaded
  const plants = config === undefined ? [] : plantsInWords(library, config.config.plants)
  if (problems.length > 0) process.exitCode = EXIT.badData
  if (asJson) {
    const { hash } = library
    const doubts = config?.warnings ?? []
    printJson({ ok: problems.length === 0, hash, tables: warningsOf(library), problems, doubts, plants })
    return
  }
  const carriers = library.coal.length
  print(`tables: ${library.factors.length} emission factors and ${carriers} coal equivalents, every row is sound`)
  print(`SHA-256 ${library.hash}`)
  printText('\nWhat to know before you rely on them:')
  for (const warning of warningsOf(library)) print(`  - ${warning}`)
  if (file === undefined) return
  printText(`\n${file}:`)
  for (const problem of problems) print(`  - ${formatProblem(problem)}`)
  for (const doubt of config?.warnings ?? []) print(`  - warning: ${formatProblem(doubt)}`)
  for (const line of plants) print(`  - ${line}`)
}
