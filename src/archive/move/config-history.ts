import { createHash } from 'node:crypto'

/** A configuration as the record keeps it. */
export interface KeptVersion {
  /** Time from which on it was in force, epoch ms. */
  readonly fromMs: number
  /** All settings as canonical JSON, without secrets. */
  readonly content: string
}

/** The configurations that one record has had, in their order, and which of their plants count. */
export interface ConfigHistory {
  readonly versions: readonly KeptVersion[]
  counts(plant: string): boolean
}

interface RawPlant {
  readonly id: string
}

/**
 * The configurations of several records as those of one: each plant is at each instant as the record had it that it comes from,
 * and before the first of these as the first has it; one that counts in several is as the first of them has it. The other
 * settings are those of whichever came last.
 */
export function joinedVersions(pasts: readonly ConfigHistory[]): readonly (KeptVersion & { readonly hash: string })[] {
  const reached = pasts.map(() => 0)
  const taken = pasts.map(({ versions, counts }) => plantsOf(versions[0], counts))
  const joined: (KeptVersion & { readonly hash: string })[] = []
  for (let next = nextOf(pasts, reached); next !== null; next = nextOf(pasts, reached)) {
    const { versions, counts } = pasts[next]!
    const version = versions[reached[next]!]!
    reached[next]! += 1
    taken[next] = plantsOf(version, counts)
    const settings = JSON.parse(version.content) as Readonly<Record<string, unknown>>
    const plants = new Map<string, RawPlant>()
    for (const plant of taken.flat()) if (!plants.has(plant.id)) plants.set(plant.id, plant)
    const content = JSON.stringify({ ...settings, plants: [...plants.values()] })
    const before = joined.at(-1)
    if (content === before?.content) continue
    const hash = createHash('sha256').update(content).digest('hex')
    joined.push({ fromMs: Math.max(version.fromMs, before?.fromMs ?? -Infinity), content, hash })
  }
  return joined
}

/** The record whose next version is the oldest; null when all are through. */
function nextOf(pasts: readonly ConfigHistory[], reached: readonly number[]): number | null {
  let oldest: { readonly past: number; readonly fromMs: number } | null = null
  for (const [past, { versions }] of pasts.entries()) {
    const version = versions[reached[past]!]
    if (version !== undefined && (oldest === null || version.fromMs < oldest.fromMs)) {
      oldest = { past, fromMs: version.fromMs }
    }
  }
  return oldest?.past ?? null
}

function plantsOf(version: KeptVersion | undefined, counts: ConfigHistory['counts']): readonly RawPlant[] {
  if (version === undefined) return []
  const { plants = [] } = JSON.parse(version.content) as { readonly plants?: readonly RawPlant[] }
  return plants.filter(({ id }) => counts(id))
}
