import type { ConfigVersion } from '../../base/plant.js'
import type { Finding, Report } from '../../base/report.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import type { SealedDay } from './sealed.js'

export interface Ground {
  readonly versions: readonly ConfigVersion[]
  readonly library: FactorLibrary
  readonly days: readonly SealedDay[]
}

export async function* checkRebuilt(
  _bundle: BundleReader,
  _report: Report,
  _ground: Ground,
  _onProgress: (part: number) => void,
): AsyncGenerator<Finding> {}
