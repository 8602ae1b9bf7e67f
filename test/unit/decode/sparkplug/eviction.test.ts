// @module-tag slow

import { describe, expect, test } from 'vitest'
import { isFault } from '../../../../src/decode/fault.js'
import { Birth } from '../../../../src/decode/sparkplug/birth.js'
import { Nodes } from '../../../../src/decode/sparkplug/nodes.js'

/** Births have room for 500,000 metrics and 2,000 nodes in all: who takes most of it makes way, never somebody small. */

const METRIC = { name: 'm', alias: null, type: 10, unit: null }
const named = (metrics: number) => Array.from({ length: metrics }, () => METRIC)
/** With the birth itself, a hundredth of all there is. */
const LARGE = named(4999)

function setUp() {
  const nodes = new Nodes()
  let atMs = 0
  const at = () => ({ sentAt: ++atMs, arrivedAt: atMs })
  const born = (node: string, client: string, metrics = named(3)) => {
    const known = nodes.born(new Birth({ group: 'g', node, device: null, ...at() }, metrics), {
      ingress: 'mqtt',
      client,
    })
    if (isFault(known)) return known
    known.isAlive = true
    known.bearer = { ingress: 'mqtt', client, hasLeft: false }
    return known
  }
  const deviceBorn = (node: string, device: string, metrics = LARGE) =>
    nodes.deviceBorn(nodes.get({ nodeKey: `g/${node}` })!, new Birth({ group: 'g', node, device, ...at() }, metrics))
  const isKnown = (node: string) => nodes.get({ nodeKey: `g/${node}` }) !== undefined
  return { nodes, born, deviceBorn, isKnown }
}

describe('when there is no room for one more birth', () => {
  test('nodes of the client with the most go, not those of others that were born before', () => {
    const { born, isKnown } = setUp()
    for (let i = 0; i < 5; i++) born(`honest-${i}`, `honest-${i}`)
    for (let i = 0; i < 130; i++) born(`flood-${i}`, 'flood', named(4500 + i))
    for (let i = 0; i < 5; i++) expect(isKnown(`honest-${i}`)).toBe(true)
    expect(isFault(born('late', 'late', LARGE))).toBe(false)
    expect(isKnown('late')).toBe(true)
  })

  test('many clients with one large node each push out none that is smaller', () => {
    const { born, isKnown } = setUp()
    born('small', 'small')
    for (let i = 0; i < 120; i++) born(`n-${i}`, `client-${i}`, LARGE)
    expect(isKnown('small')).toBe(true)
    expect(isFault(born('late', 'late'))).toBe(false)
    expect(isKnown('small')).toBe(true)
  })

  test('nodes that are dead go first: they are born anew when they come again', () => {
    const { nodes, born, isKnown } = setUp()
    born('dead', 'dead', LARGE)
    nodes.get({ nodeKey: 'g/dead' })!.isAlive = false
    for (let i = 0; i < 99; i++) born(`n-${i}`, 'client', LARGE)
    expect(isKnown('dead')).toBe(true)
    born('late', 'late')
    expect(isKnown('dead')).toBe(false)
    expect(isKnown('n-0')).toBe(true)
  })

  test('a device of the largest node is refused, again and again, and what it had stays', () => {
    const { born, deviceBorn, isKnown } = setUp()
    born('small', 'small')
    born('huge', 'huge', LARGE)
    const answers = Array.from({ length: 120 }, (_, i) => deviceBorn('huge', `d${i}`))
    expect(answers.filter((one) => one !== null)).toHaveLength(22)
    expect(answers.at(-1)?.detail).toMatch(
      /^births have room for 500000 metrics and 2000 nodes in all, and nobody has more/,
    )
    expect([isKnown('small'), isKnown('huge')]).toEqual([true, true])
    expect(deviceBorn('huge', 'd0')).toBeNull()
  })

  test('nodes that are too many are those of the client with most of them', () => {
    const { born, isKnown } = setUp()
    for (let i = 0; i < 5; i++) born(`honest-${i}`, `honest-${i}`, named(50))
    for (let i = 0; i < 2500; i++) born(`n-${i}`, 'flood')
    for (let i = 0; i < 5; i++) expect(isKnown(`honest-${i}`)).toBe(true)
    expect(isFault(born('late', 'late'))).toBe(false)
  })

  test('what is restored goes by the same policy', () => {
    const { nodes, born } = setUp()
    born('small', 'small')
    for (let i = 0; i < 99; i++) born(`n-${i}`, 'flood', LARGE)
    const next = setUp()
    next.nodes.restore(nodes.takeChanges())
    expect(isFault(next.born('late', 'late', LARGE))).toBe(false)
    expect(isFault(next.born('later', 'later', LARGE))).toBe(false)
    expect(next.isKnown('small')).toBe(true)
    expect(['n-0', 'n-1', 'n-2'].map(next.isKnown)).toEqual([false, false, true])
  })
})
