import { createHash } from 'node:crypto'
import type { MarketPlan } from '../../../src/views/carbon-market.js'
import type { ViewSources } from '../../../src/views/views.js'
import { FakeTrail } from './fake-audit-log.js'

/** Control plan and originals in memory, as a test sets them. */
export class FakeMarket extends FakeTrail {
  marketPlan: MarketPlan = { ets: null, versions: [] }
  originals = new Map<string, Uint8Array>()

  controlPlan(): MarketPlan {
    return this.marketPlan
  }
  keptOriginals({ sha256s }: { readonly sha256s: readonly string[] }): readonly string[] {
    return sha256s.filter((one) => this.originals.has(one))
  }
  async keepOriginal(_plant: string, content: Uint8Array): ReturnType<ViewSources['keepOriginal']> {
    if (content.length === 0) return { refused: 'empty', bytesMax: 1 }
    const sha256 = createHash('sha256').update(content).digest('hex')
    const known = this.originals.has(sha256)
    this.originals.set(sha256, content)
    return { sha256, bytes: content.length, known }
  }
  async original(): Promise<string | null> {
    return null
  }
}
