import { controlPlanVersions } from '../../audit/market/control-plan.js'
import type { OriginalStore } from '../../audit/originals/store.js'
import type { MarketSources } from '../../views/routes/carbon-market.js'
import type { OriginalSources } from '../../views/routes/originals.js'
import type { Configs } from '../configs.js'

/** Answers to questions about a carbon market, and about the originals of entries. */
export function marketSources(
  originals: Pick<OriginalStore, 'keep' | 'path'>,
  configs: Pick<Configs, 'plant' | 'versions'>,
): MarketSources & OriginalSources {
  return {
    controlPlan: (plant) => ({
      ets: configs.plant(plant)?.ets ?? null,
      versions: controlPlanVersions(plant, configs.versions),
    }),
    keptOriginals: ({ sha256s }) => sha256s.filter((sha256) => originals.path(sha256) !== null),
    keepOriginal: (_plant, content) => originals.keep(content),
    original: async (_plant, sha256) => originals.path(sha256),
  }
}
