import { type BackFilled, backFilled } from '../ground/back-filled.js'
import { type Proof, say, verdictOf } from './proof.js'

const DAYS = 60
const SHORT_DAYS = 30
const METERS = 20
const MANY_METERS = 200
const RSS_MIB_MAX = 768
const LIVEZ_MS_MAX = 250
const LATE_S_MAX = 5
const SETTLED_MS_MAX = 1_200_000

/** A month or two of many meters come at once, as after a long outage. */
export const backFill: Proof = {
  name: 'back-fill',
  says: '20 meters send 30 and then 60 days at one a minute as fast as they are taken, 200 meters a day each (--rounds: days of the second)',
  goal: 'at most 768 MiB and no more for twice as much; live figures at most 5 s late and /livez within 250 ms meanwhile; every figure right',
  async run({ seed, rounds }) {
    const days = rounds ?? DAYS
    const runs = [
      { meters: METERS, days: Math.ceil((days * SHORT_DAYS) / DAYS) },
      { meters: METERS, days },
      { meters: MANY_METERS, days: 1 },
    ]
    const found: (BackFilled & { readonly meters: number; readonly days: number })[] = []
    for (const run of runs) {
      const what = `${run.meters} meters, ${run.days} days`
      const order = { ...run, kills: 0, isWatched: true, seed, settledMsMax: SETTLED_MS_MAX }
      const one = await backFilled(order, (line) => say(`back-fill: ${what}: ${line}`))
      say(`back-fill: ${what}: ${JSON.stringify({ ...one, broken: one.broken.slice(0, 5) })}`)
      found.push({ ...run, ...one })
    }
    const worst = (of: (live: NonNullable<(typeof found)[number]['live']>) => number) =>
      Math.max(...found.map(({ live }) => of(live!)))
    const broken = found.flatMap((one) => one.broken)
    const [rss, late] = [worst((live) => live.rssMiBMax), worst((live) => live.lateSMax)]
    const [livez, own] = [worst((live) => live.livezMsMax), worst((live) => live.ownLivezMsMax)]
    const isMissed = broken.length > 0 || rss > RSS_MIB_MAX || late > LATE_S_MAX || own > LIVEZ_MS_MAX
    const each = found.map(({ meters, days, live }) => `${meters} × ${days} d: ${live!.rssMiBMax} MiB`).join(', ')
    return {
      figure: `${each}; live figures at most ${late} s late; /livez ${own} ms on its own port, ${livez} ms beside the API; ${broken.length} figures or readings wrong`,
      verdict: verdictOf(isMissed, days, DAYS),
      parameters: { runs },
      figures: { found: found.map((one) => ({ ...one, broken: one.broken.slice(0, 20) })) },
    }
  },
}
