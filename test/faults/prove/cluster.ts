import { randomStream } from '../../../simulators/random.js'
import { canSeparate } from '../../support/namespaces.js'
import { findServer } from '../../support/servers.js'
import { CLUSTER_FAULTS } from '../ground/cluster-faults.js'
import { type Clustered, clustered, TAKE_OVER_MS_MAX } from '../ground/clustered.js'
import { type Proof, say, verdictOf } from './proof.js'

const ROUNDS = 100
/** Faults that one cluster lives through before it is compared with a single node. */
const FAULTS_A_LIFE = 10
const LEASE_S = 5
const OUTAGE_S = 30
const BURST = 1
const BETWEEN = 60

/** Three servers and three pipelines, and what can happen to them. */
export const cluster: Proof = {
  name: 'cluster',
  says: 'three nats-servers and three pipelines under load are killed, stopped, cut off and restarted at random',
  goal: '0 readings lost, doubled or invented and every final figure that of a single node over 100 faults; never two owners; take-over below 10 s',
  async run({ seed, rounds }) {
    const natsPath = findServer('nats-server')
    const influxdPath = findServer('influxd')
    if (natsPath === null || influxdPath === null) throw new Error('the proof needs nats-server and influxd')
    const count = rounds ?? ROUNDS
    const random = randomStream('cluster faults', seed)
    const isSeparate = canSeparate()
    // Each kind as often as the others, in a random order.
    const faults = Array.from({ length: count }, (_, i) => CLUSTER_FAULTS[i % CLUSTER_FAULTS.length]!)
    for (let i = faults.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      ;[faults[i], faults[j]] = [faults[j]!, faults[i]!]
    }
    const lives: Clustered[] = []
    for (let at = 0; at < count; at += FAULTS_A_LIFE) {
      say(`cluster: ${at} of ${count}`)
      const life = await clustered({
        natsPath,
        influxdPath,
        faults: faults.slice(at, at + FAULTS_A_LIFE),
        seed: seed + at,
        leaseS: LEASE_S,
        outageS: OUTAGE_S,
        burst: BURST,
        between: BETWEEN,
        isSeparate,
        say,
      })
      say(
        `cluster: ${life.readings} readings, ${life.points} figures, ${life.owners} owners: ${life.broken.length === 0 ? 'sound' : life.broken.join('; ')}`,
      )
      lives.push(life)
    }
    const sum = (figure: (life: Clustered) => number) => lives.reduce((all, life) => all + figure(life), 0)
    const broken = lives.flatMap((life) => life.broken)
    const outcomes = lives.flatMap((life) => life.outcomes)
    const takeOvers = outcomes.flatMap(({ takeOverMs }) => takeOverMs).sort((a, b) => a - b)
    const silences = Object.fromEntries(
      CLUSTER_FAULTS.map((fault) => {
        const of = outcomes.filter((outcome) => outcome.fault === fault)
        return [
          fault,
          { times: of.length, longestMs: Math.max(0, ...of.map(({ journalSilenceMs }) => journalSilenceMs)) },
        ]
      }),
    )
    return {
      figure: `${broken.length} broken promises in ${sum(({ readings }) => readings)} acknowledged readings and ${sum(({ points }) => points)} figures over ${count} faults; ${takeOvers.length} take-overs, the longest ${takeOvers.at(-1) ?? 0} ms`,
      verdict: verdictOf(broken.length > 0, count, ROUNDS),
      parameters: {
        faults: count,
        leaseS: LEASE_S,
        outageS: OUTAGE_S,
        takeOverMsMax: TAKE_OVER_MS_MAX,
        network: isSeparate ? 'namespaces' : 'loopback',
      },
      figures: {
        messages: sum(({ messages }) => messages),
        appends: sum(({ appends }) => appends),
        owners: sum(({ owners }) => owners),
        takeOverMs: takeOvers,
        silences,
        longestPubackMs: Math.max(...lives.map(({ longestPubackMs }) => longestPubackMs)),
        broken: broken.slice(0, 20),
      },
    }
  },
}
