import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Finding } from './config/finding.js'
import { type ConfigProblem, isSecret, problemsOf } from './config/problems.js'
import { contradictions, doubts } from './config/rules.js'
import { type Config, configSchema } from './config/schema.js'
import { type Path, pathText } from './config/shape.js'
import { gather, type Sources } from './config/sources.js'
import type { FactorLibrary } from './kpi/factors/table.js'

export { type ConfigProblem, formatProblem, refusal } from './config/problems.js'
export type { Config } from './config/schema.js'

export interface LoadedConfig {
  readonly config: Config
  /** SHA-256 of `content`, hex: two configurations with one hash mean the same. */
  readonly hash: string
  /** All settings, defaults filled in, as JSON with sorted keys and without secrets: what the journal keeps. */
  readonly content: string
  /** Probable slips that do not stop the start. */
  readonly warnings: readonly ConfigProblem[]
}

/** Reads the settings from where they were read at the start: they may have changed since. */
export type LoadSettings = () => ReturnType<typeof loadConfig>

/**
 * The settings from file, environment and flags (the later over the earlier), or everything that is wrong with them,
 * all at once. `kpis` are the ids that targets may name; without them targets are not looked at.
 * `library` are the tables that own factors stand beside; without it those are not looked at.
 */
export function loadConfig(
  sources: Sources & { readonly kpis?: readonly string[]; readonly library?: FactorLibrary },
): LoadedConfig | { readonly problems: readonly ConfigProblem[] } {
  const { tree, problems, where } = gather(sources)
  const placed = ({ path, ...rest }: Finding): ConfigProblem => ({ path: pathText(path), where: where(path), ...rest })

  const parsed = configSchema.safeParse(tree)
  const config = parsed.data ?? soundSections(tree)
  const wrong = [
    ...problems,
    ...problemsOf(parsed.error?.issues ?? [], tree, where),
    ...contradictions(config, sources.library).map(placed),
  ]
  if (wrong.length > 0) return { problems: wrong }

  const content = JSON.stringify(canonical(config, []))
  const hash = createHash('sha256').update(content).digest('hex')
  return { config, hash, content, warnings: doubts(config, sources.kpis).map(placed) }
}

/** JSON Schema of `greengauge.yaml`, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
}

/** The sections that are right, and the defaults of the others: so that one slip does not hide a contradiction. */
function soundSections(tree: Readonly<Record<string, unknown>>): Config {
  const entries = Object.entries(configSchema.shape).map(([name, schema]) => {
    return [name, schema.safeParse(tree[name]).data ?? schema.parse(undefined)]
  })
  return Object.fromEntries(entries)
}

/** The same value with the keys of every map in one order and the secrets left out. */
function canonical(value: unknown, path: Path): unknown {
  if (isSecret(path)) return '(secret)'
  if (Array.isArray(value)) return value.map((item, index) => canonical(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, inner]) => [key, canonical(inner, [...path, key])]))
}
