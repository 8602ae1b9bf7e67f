import { type ControlPlanVersion, controlPlanVersions } from '../../audit/market/control-plan.js'
import type { OriginalStore } from '../../audit/originals/store.js'
import type { MarketSources } from '../../views/routes/carbon-market.js'
import type { OriginalSources } from '../../views/routes/originals.js'
import type { Configs } from '../configs.js'

/** Answers to questions about a carbon market, and about the originals of entries. */
export function marketSources(
  originals: Pick<OriginalStore, 'keep' | 'path' | 'intactPath'>,
  configs: Pick<Configs, 'plant' | 'versions'>,
): MarketSources & OriginalSources {
  const known = new Map<string, { readonly of: number; readonly versions: readonly ControlPlanVersion[] }>()
  // Configurations are only added to: a plan that was made of as many is the same.
  const versionsOf = (plant: string): readonly ControlPlanVersion[] => {
    const { length } = configs.versions
    const found = known.get(plant)
    if (found?.of === length) return found.versions
    const versions = controlPlanVersions(plant, configs.versions)
    if (configs.plant(plant) !== undefined) known.set(plant, { of: length, versions })
    return versions
  }
  return {
    controlPlan: (plant) => ({ ets: configs.plant(plant)?.ets ?? null, versions: versionsOf(plant) }),
    keptOriginals: ({ sha256s }) => sha256s.filter((sha256) => originals.path(sha256) !== null),
    keepOriginal: (_plant, content) => originals.keep(content),
    original: (_plant, sha256) => originals.intactPath(sha256),
  }
}
