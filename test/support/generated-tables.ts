import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { EVENT_FIELDS } from '../../src/base/events.js'
import { KPI_FLAGS } from '../../src/base/flags.js'
import { METRICS } from '../../src/base/metrics.js'
import { NULL_REASONS, REJECT_REASONS } from '../../src/base/reasons.js'
import { STATE_WORDS } from '../../src/base/states.js'
import { unitsFor } from '../../src/base/units.js'
import { configJsonSchema, profilesFolder } from '../../src/config/config.js'
import { valueAt } from '../../src/config/problems.js'
import { checkProfile, profileJsonSchema } from '../../src/config/profile-check.js'
import { profilesIn } from '../../src/config/profile-files.js'
import { configSchema } from '../../src/config/schema.js'
import { bundledLibrary } from '../../src/kpi/factors/bundled.js'
import { gridRegions } from '../../src/kpi/factors/grid-regions.js'
import { STANDARDS } from '../../src/kpi/settings/stack-limits.js'
import { METRIC_FAMILIES } from '../../src/views/metrics.js'
import { ACCESS_TABLES } from './access-promises.js'
import { apiSections } from './api-page.js'
import { commandSections } from './command-page.js'
import { kpiPage } from './kpi-page.js'
import { code, table } from './markdown.js'
import { changesPage } from './rule-changes.js'

type Tables = Readonly<Record<string, () => string>>

/** Tables that list what the code lists, by name. */
const TABLES = {
  reasons: () => wordTable('reason', REJECT_REASONS),
  flags: () => wordTable('flag', KPI_FLAGS),
  nulls: () => wordTable('reason', NULL_REASONS),
  settings: () => table(['setting', 'default', 'meaning'], settingRows()),
  metrics: () =>
    table(
      ['metric', 'class', 'kind', 'unit', 'units it may be sent in'],
      [...METRICS].map(([name, metric]) => [
        code(name),
        metric.classes.join(', '),
        metric.kind,
        metric.unit,
        unitsFor(metric.unit, metric.gas).filter(Boolean).join(' '),
      ]),
    ),
  limits: () =>
    table(
      ['standard', 'reference O2, %', 'SO2', 'NOx', 'particulates'],
      Object.entries(STANDARDS).map(
        ([
          id,
          {
            o2RefPct,
            o2Confidence,
            limits: { so2, nox, pm },
          },
        ]) => [
          code(id),
          marked(o2RefPct, o2Confidence),
          ...[so2, nox, pm].map(([mgNm3, confidence]) => marked(mgNm3, confidence)),
        ],
      ),
    ),
  events: () =>
    table(
      ['type', 'field', 'default', 'meaning'],
      Object.entries(EVENT_FIELDS).flatMap(([type, fields]) =>
        eventRows(type, z.toJSONSchema(fields, { io: 'input', unrepresentable: 'any' })),
      ),
    ),
  states: () =>
    table(
      ['word, without case and separators', 'state'],
      [...new Set(Object.values(STATE_WORDS))].map((meaning) => [
        Object.entries(STATE_WORDS)
          .filter(([, other]) => other === meaning)
          .map(([word]) => code(word))
          .join(' '),
        IN_CONTEXT[meaning] ?? meaning,
      ]),
    ),
  regions: () => {
    const regions = gridRegions(bundledLibrary())
    const years = [...new Set(regions.flatMap((region) => [...region.years.keys()]))].sort()
    return table(
      ['region', 'name', ...years],
      regions.map(({ id, name, years: own }) => [
        code(id),
        name,
        ...years.map((year) => own.get(year)?.toPrecision(4) ?? ''),
      ]),
    )
  },
  monitoring: () =>
    table(
      ['metric', 'type', 'meaning'],
      METRIC_FAMILIES.map(({ name, type, help }) => [code(name), type, help]),
    ),
} satisfies Tables

function marked(value: number, confidence: string): string {
  return confidence === 'from_memory' ? `${value} (m)` : String(value)
}

/** Explanation of each meaning of a state word that alone says too little. */
const IN_CONTEXT: Readonly<Record<string, string>> = {
  idle: 'IDLE_STARVED with an order or inside a shift, else IDLE_NO_ORDER; a plant without shifts is always in shift',
  stopped: 'PLANNED_STOP on a day of planned stop, BREAK in a break, else HELD',
  manual: 'SETUP during a changeover, else HELD',
}

/** Lines of a table before its first row. */
const HEAD_LINES = 2
const MARKED = /(<!-- table:(\w+) -->\n)[\s\S]*?(<!-- \/table -->)/g

/**
 * The page with every table as the code has it now. Each stands between `<!-- table:NAME -->` and `<!-- /table -->`, and each
 * of the tables given must have its place.
 */
export function withTables(page: string, tables: Tables): string {
  const placed = new Set<string>()
  const written = page.replace(MARKED, (_whole, start: string, name: string, end: string) => {
    const make = tables[name]
    if (make === undefined) throw new Error(`the page has a place for a table "${name}", which nobody makes`)
    placed.add(name)
    const made = make()
    if (made.trimEnd().split('\n').length <= HEAD_LINES) throw new Error(`the table "${name}" has no rows`)
    return `${start}\n${made}\n${end}`
  })
  const missing = Object.keys(tables).filter((name) => !placed.has(name))
  if (missing.length > 0) throw new Error(`the page has no place for the tables ${missing.join(', ')}`)
  return written
}

/** The tables of the page on device profiles. */
const PROFILE_TABLES: Tables = {
  profiles: () => profileTable('en', ['profile', 'for', 'cases'], 'none: follows the document alone'),
  keys: () => {
    const rows = eachOnce(settingsOf(profileJsonSchema(), '')).filter(([, , meaning]) => meaning !== '')
    return table(['key', 'default', 'meaning'], rows)
  },
}

function profileTable(language: 'en' | 'zh', head: readonly string[], noCases: string): string {
  return table(
    head,
    profilesIn([profilesFolder]).flatMap((id) => {
      const checked = checkProfile(join(profilesFolder, `${id}.yaml`))
      if ('problems' in checked) throw new Error(`${id}: ${checked.problems[0]!.problem}`)
      // Register maps are listed on the page of their own.
      if ('registerMap' in checked) return []
      const { name, cases } = checked.profile
      return [[code(id), name[language] ?? name.en, cases.length === 0 ? noCases : String(cases.length)]]
    }),
  )
}

function wordTable(word: string, meanings: Readonly<Record<string, string>>): string {
  return table(
    [word, 'meaning'],
    Object.entries(meanings).map(([name, meaning]) => [code(name), meaning]),
  )
}

type JsonSchema = z.core.JSONSchema.BaseSchema

/** One row an event type, and one a field of it; a field that has to be there has no default. */
function eventRows(type: string, schema: JsonSchema): string[][] {
  const fields = Object.entries(schema.properties ?? {}) as [string, JsonSchema][]
  const rows = fields.map(([name, field]) => {
    const isOptional = !(schema.required ?? []).includes(name)
    const standard = field.default === undefined ? 'may be absent' : code(String(field.default))
    return ['', code(name), isOptional ? standard : '', meaningOf(field)]
  })
  return [[code(type), '', '', meaningOf(schema)], ...rows]
}

/** Each setting with its default and its meaning; the keys of profiles have a page of their own. */
export function settingRows(): string[][] {
  return eachOnce(settingsOf(configJsonSchema(), '')).filter(([path]) => !/profiles\.(defined\.)?\*/.test(path!))
}

/** One row a setting: what may be set in a list or map stands under `[]` or `.*`. */
function settingsOf(schema: JsonSchema, path: string): string[][] {
  const branches = [schema, ...(schema.anyOf ?? schema.oneOf ?? [])] as readonly JsonSchema[]
  const inner = branches.flatMap((branch) => [
    ...Object.entries(branch.properties ?? {}).map(([key, child]) => [path === '' ? key : `${path}.${key}`, child]),
    ...(isSchema(branch.items) ? [[`${path}[]`, branch.items]] : []),
    ...(isSchema(branch.additionalProperties) ? [[`${path}.*`, branch.additionalProperties]] : []),
  ]) as [string, JsonSchema][]
  const rows = inner.flatMap(([name, child]) => settingsOf(child, name))
  const isSection = rows.length > 0 && schema.description === undefined
  if (path === '' || isSection) return rows
  return [[code(path), defaultOf(schema, path), meaningOf(schema)], ...rows]
}

/** Leaves out repeated rows: what several kinds of one thing have in common is said once. */
function eachOnce(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join('|'), row])).values()]
}

/** As the gateway uses it where nothing is set; inside lists, as the schema says. */
function defaultOf(schema: JsonSchema, path: string): string {
  const value = valueAt(configSchema.parse({}), path.split('.')) ?? schema.default
  return value === undefined ? '' : code(JSON.stringify(value).replaceAll('"', ''))
}

function isSchema(part: unknown): part is JsonSchema {
  return typeof part === 'object' && part !== null && !Array.isArray(part) && Object.keys(part).length > 0
}

function meaningOf({ description = '', enum: words, const: word }: JsonSchema): string {
  if (word !== undefined) return `${code(String(word))}: ${description}`
  const choice = words === undefined ? '' : `one of ${words.map((word) => code(String(word))).join(' ')}`
  return [description, choice].filter(Boolean).join('; ')
}

/** Pages that have tables made from the code, seen from the root of the repository. */
const TABLES_OF_PAGES: Readonly<Record<string, Tables>> = {
  'SECURITY.md': ACCESS_TABLES,
  'docs/reference/settings.md': { settings: TABLES.settings },
  'docs/reference/metrics.md': { metrics: TABLES.metrics, states: TABLES.states, limits: TABLES.limits },
  'docs/reference/events.md': { events: TABLES.events },
  'docs/reference/command-line.md': { commands: commandSections },
  'docs/reference/grid-regions.md': { regions: TABLES.regions },
  'docs/reference/monitoring.md': { monitoring: TABLES.monitoring },
  'docs/reference/words.md': { reasons: TABLES.reasons, nulls: TABLES.nulls, flags: TABLES.flags },
  'docs/use/profiles.md': PROFILE_TABLES,
  'docs/zh/use/profiles.md': { profiles: () => profileTable('zh', ['规约', '用途', '用例数'], '无：仅依据文档') },
}

/** Every page that `npm run tables` writes, made anew from the code and from its own text as `readText` gives it. */
export const GENERATED_PAGES: Readonly<
  Record<string, (readText: (path: string) => string) => string | Promise<string>>
> = {
  ...Object.fromEntries(
    Object.entries(TABLES_OF_PAGES).map(([path, tables]) => [
      path,
      (readText: (path: string) => string) => withTables(readText(path), tables),
    ]),
  ),
  'docs/reference/api.md': async (readText) => {
    const routes = await apiSections()
    return withTables(readText('docs/reference/api.md'), { routes: () => routes })
  },
  'docs/reference/kpis.md': () => kpiPage(),
  'docs/reference/changes-of-rules.md': (readText) => changesPage(readText('docs/reference/changes-of-rules.md')),
  'devices/profile.schema.json': () => `${JSON.stringify(profileJsonSchema(), null, 2)}\n`,
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..', '..')
  const readText = (path: string) => readFileSync(join(root, path), 'utf8')
  for (const [path, make] of Object.entries(GENERATED_PAGES)) writeFileSync(join(root, path), await make(readText))
}
