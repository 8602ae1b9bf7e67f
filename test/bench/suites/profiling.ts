import { readProfile, topFunctions } from '../measure/profile.js'
import { say } from './options.js'

const FUNCTIONS_SHOWN = 25

/** Says what the pipeline thread of the gateway that ended last was doing; nothing when no profile was asked for. */
export function sayProfile(dir: string | undefined): void {
  if (dir === undefined) return
  const profile = readProfile(dir, 'pipeline-thread.js')
  if (profile === null) throw new Error('the pipeline thread left no profile')
  say(`the pipeline thread was busy ${Math.round(profile.busy * 100)} % of the time`)
  for (const by of ['self', 'inclusive'] as const) {
    say(`by ${by} time:\n${topFunctions(profile, by, FUNCTIONS_SHOWN).join('\n')}`)
  }
}
