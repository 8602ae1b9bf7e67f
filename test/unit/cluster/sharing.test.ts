import { describe, expect, test } from 'vitest'
import { reachOrder, shareOf } from '../../../src/cluster/sharing.js'

describe('partitions are shared among nodes', () => {
  test.each([
    [8, 1, 8],
    [8, 3, 3],
    [8, 4, 2],
    [3, 3, 1],
    [3, 5, 1],
    [3, 0, 3],
  ])('%i of them among %i: at most %i each', (partitions, nodes, share) => {
    expect(shareOf(partitions, nodes)).toBe(share)
    expect(share * Math.max(1, nodes)).toBeGreaterThanOrEqual(partitions)
  })

  test('each node begins where no other does, and comes to all', () => {
    const nodes = ['c', 'a', 'b']
    expect(reachOrder(8, nodes, 'a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(reachOrder(8, nodes, 'b')).toEqual([2, 3, 4, 5, 6, 7, 0, 1])
    expect(reachOrder(8, nodes, 'c')).toEqual([5, 6, 7, 0, 1, 2, 3, 4])
    expect(reachOrder(2, ['a', 'b', 'c'], 'stranger')).toEqual([0, 1])
  })
})
