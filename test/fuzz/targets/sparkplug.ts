import { corpus } from '../../support/fuzz/corpus.js'
import { JudgedDecoder } from '../decoding.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const TOPICS = ['NBIRTH/N1', 'NDATA/N1', 'DBIRTH/N1/D1', 'DDATA/N1/D1', 'NDEATH/N1', 'DDEATH/N1/D1', 'NCMD/N1'].map(
  (end) => `spBv1.0/G1/${end}`,
)
const decoder = new JudgedDecoder()
const births = corpus(1).sparkplug.slice(0, 2)

/** A Sparkplug B payload, behind the births of its node and device. */
export const target: FuzzTarget = {
  name: 'sparkplug',
  says: 'a Sparkplug B payload comes from a node that has been born',
  bytesMax: 2048,
  words: [
    'bdSeq',
    'elec_import_kwh',
    'engUnit',
    'Quality',
    '\\x0a',
    '\\x12',
    '\\x18',
    '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x01',
  ],
  seeds: () =>
    corpus(1).sparkplug.map(({ topic, payload }) =>
      deciding(
        Math.max(
          0,
          TOPICS.findIndex((one) => one.split('/')[2] === topic.split('/')[2]),
        ),
        payload,
      ),
    ),
  fuzz(input) {
    const { choice, rest } = decided(input)
    if (choice & 0x80) for (const { topic, payload } of births) decoder.take(topic, payload)
    decoder.take(TOPICS[(choice & 0x7f) % TOPICS.length]!, rest)
  },
}

export const fuzz = withoutStalls(target)
