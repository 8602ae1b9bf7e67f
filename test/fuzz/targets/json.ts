import { isDeepStrictEqual } from 'node:util'
import { BothWays } from '../../support/block-decoding.js'
import { ARRIVED_AT, corpus, RULES } from '../../support/fuzz/corpus.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const TOPICS = ['energy', 'emissions', 'robot', 'production', 'status'].map(
  (kind) => `plants/suzhou-1/press/r-2/${kind}`,
)
const BEHIND = Buffer.from('}]"')

let both = new BothWays()
let messages = 0

/** A payload of our own JSON: the fast reader and the plain one must say the same. */
export const target: FuzzTarget = {
  name: 'json',
  says: 'a payload of our own JSON is decoded in both ways there are',
  bytesMax: 1024,
  words: [
    '"ts":',
    '"metrics":{',
    '"units":{',
    '"quality":',
    '"seq":',
    '"events":[',
    '"elec_import_kwh":',
    '1e309',
    '9007199254740993',
    '-0',
    '\\\\u0000',
    '__proto__',
    'T24:00:00Z',
    '"state"',
    'true',
    'null',
  ],
  seeds: () =>
    corpus(1)
      .plain.filter(({ payload }) => payload.length < 1000)
      .map(({ topic, payload }) =>
        deciding(
          Math.max(
            0,
            TOPICS.findIndex((one) => one.endsWith(topic.split('/').at(-1)!)),
          ),
          payload,
        ),
      ),
  fuzz(input) {
    const { choice, rest } = decided(input)
    if (++messages % 2000 === 0) both = new BothWays()
    const sent = { topic: TOPICS[choice % TOPICS.length]!, payload: rest, arrivedAt: ARRIVED_AT + messages }
    const { expected, got } = both.take(sent, RULES, BEHIND)
    if (!isDeepStrictEqual(got, expected)) {
      throw new Error(`decoded in two ways it is ${JSON.stringify(got)} and ${JSON.stringify(expected)}`)
    }
  },
}

export const fuzz = withoutStalls(target)
