import { type ClockCase, type ClockFindings, clocked, pause } from '../ground/clocked.js'
import { type Proof, say, verdictOf } from './proof.js'

const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000]
const GOES_ON_S_MAX = 10
/** Limit for readings without ts, where a wrong clock was followed: they are late data of their series then. */
const GOES_ON_LATE_S_MAX = 60

/** The clock is off for some seconds and then right again. */
const briefly = (name: string, offsetMs: number): ClockCase => ({
  name,
  async run({ set }) {
    set(offsetMs)
    await pause(4 * SECOND)
    set(0)
  },
})

const CASES: readonly ClockCase[] = [
  briefly('three days ahead for 4 s', 3 * DAY),
  briefly('ten years ahead for 4 s', 3653 * DAY),
  briefly('an hour back for 4 s', -HOUR),
  briefly('three days back for 4 s', -3 * DAY),
  {
    name: 'back and forth ten times',
    async run({ set }) {
      for (let i = 0; i < 10; i++) {
        set(i % 2 === 0 ? 3 * DAY : -HOUR)
        await pause(SECOND)
        set(0)
        await pause(SECOND)
      }
    },
  },
  {
    name: 'slow drift by 2 s, and back',
    async run({ set }) {
      for (let i = 0; i <= 20; i++) {
        set(2000 * Math.sin((i / 20) * Math.PI))
        await pause(500)
      }
    },
  },
  {
    name: 'a second again, as for a leap second',
    async run({ set }) {
      set(-SECOND)
      await pause(4 * SECOND)
      set(0)
    },
  },
  {
    name: 'stopped (SIGSTOP) for 20 s',
    async run({ gateway }) {
      gateway.process.kill('SIGSTOP')
      await pause(20 * SECOND)
      gateway.process.kill('SIGCONT')
    },
  },
  {
    name: 'three days ahead for 75 s: followed, and right again',
    async run({ set }) {
      set(3 * DAY)
      await pause(75 * SECOND)
      set(0)
    },
  },
  {
    name: 'an hour back for 75 s: followed, and right again',
    async run({ set }) {
      set(-HOUR)
      await pause(75 * SECOND)
      set(0)
    },
  },
  {
    name: 'started three days ahead, set right after 8 s',
    startsAtMs: 3 * DAY,
    async run({ set }) {
      set(0)
      await pause(62 * SECOND)
    },
  },
]

/** Whatever is done to the clock, what was acknowledged is there and figures go on. */
export const clockJumps: Proof = {
  name: 'clock-jumps',
  says: 'the clock of a gateway is set ahead and back, or it is stopped, while devices send with and without ts',
  goal: 'each acknowledged reading archived, no conflict, figures of readings with ts those of an undisturbed gateway, minutes go on in 10 s (without ts in 60 s where a wrong clock was followed), readiness says it',
  async run({ rounds }) {
    const cases = CASES.slice(0, rounds ?? CASES.length)
    const found: { readonly name: string; readonly findings: ClockFindings; readonly wrong: readonly string[] }[] = []
    for (const one of cases) {
      const findings = await clocked(one)
      const wrong = wrongIn(one, findings)
      found.push({ name: one.name, findings, wrong })
      say(`  ${one.name}: ${wrong.length === 0 ? 'right' : wrong.join(', ')}; ${JSON.stringify(findings)}`)
    }
    const sum = (of: (findings: ClockFindings) => number) => found.reduce((all, { findings }) => all + of(findings), 0)
    const lost = sum(({ acknowledged, assumed, timed }) => acknowledged - assumed.archived - timed.archived)
    const slowest = Math.max(
      ...found.flatMap(({ findings: { goesOnS } }) => [goesOnS.timed ?? Infinity, goesOnS.assumed ?? Infinity]),
    )
    const broken = found.filter(({ wrong }) => wrong.length > 0)
    return {
      figure: `${lost} of ${sum(({ acknowledged }) => acknowledged)} acknowledged readings lost, ${sum(({ conflicts }) => conflicts)} conflicts, ${sum(({ otherWindows }) => otherWindows)} of ${sum(({ windows }) => windows)} windows differ, minutes went on in ${slowest} s at most, over ${cases.length} cases; ${broken.length} not as they should be`,
      verdict: verdictOf(broken.length > 0, cases.length, CASES.length),
      parameters: {
        cases: cases.map(({ name }) => name),
        goesOnSMax: GOES_ON_S_MAX,
        goesOnLateSMax: GOES_ON_LATE_S_MAX,
      },
      figures: { cases: found },
    }
  },
}

/** Steps that a clock takes by being steered, and a stop, are no jumps. */
const UNSAID = /drift|leap|SIGSTOP/
const FOLLOWED = /followed/

function isIn(s: number | null, maxS: number): boolean {
  return s !== null && s <= maxS
}

function wrongIn({ name }: ClockCase, findings: ClockFindings): readonly string[] {
  const { acknowledged, assumed, timed, conflicts, duplicates, closes, windows, otherWindows, goesOnS, said } = findings
  return [
    ...(assumed.archived === assumed.acknowledged ? [] : ['readings without ts are missing']),
    ...(timed.archived === timed.acknowledged ? [] : ['readings with ts are missing']),
    ...(acknowledged > 0 && windows > 0 ? [] : ['nothing was tried']),
    ...(conflicts + duplicates === 0 ? [] : ['readings were merged']),
    ...(closes ? [] : ['the accounting does not close']),
    ...(otherWindows === 0 ? [] : ['figures differ']),
    ...(isIn(goesOnS.timed, GOES_ON_S_MAX) ? [] : ['minutes stood still']),
    ...(isIn(goesOnS.assumed, FOLLOWED.test(name) ? GOES_ON_LATE_S_MAX : GOES_ON_S_MAX)
      ? []
      : ['those without ts too']),
    ...(said.length > 0 === !UNSAID.test(name) ? [] : ['readiness is silent, or speaks without need']),
  ]
}
