import type { SampleFault } from '../sends.js'
import { EPISODES, episodeAt } from './episodes.js'
import type { Key } from './key.js'

/** The device sends nothing for a period of each slot of time, and never sends it later. */
export function silence(key: Key, quietUntilMs: number): SampleFault {
  return (sample) => {
    const episode = episodeAt(sample.ts, EPISODES.silence, ...key, 'silence')
    const isSilent = episode.fromMs >= quietUntilMs && sample.ts >= episode.fromMs && sample.ts < episode.toMs
    return isSilent ? null : sample
  }
}
