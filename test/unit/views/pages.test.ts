import { expect, test } from 'vitest'
import type { PlantNode } from '../../../src/base/wire.js'
import { pageOfList, pageOfPlants } from '../../../src/views/pages.js'
import { aPlant } from '../dashboards/plant.js'

/** Pages of answers: together they are the whole, whatever their size, and none is larger than asked for. */

const device = (id: string) => ({ id, role: null })

function plant(id: string, ...lines: readonly (readonly string[])[]): PlantNode {
  const [first] = aPlant([]).lines
  const nodes = lines.map((ids, i) => ({ ...first!, id: `l${i}`, devices: aPlant(ids.map(device)).lines[0]!.devices }))
  return { ...aPlant([]), id, lines: nodes }
}

const TREE = [
  plant('empty'),
  plant('p', ['a', 'b', 'c'], [], ['d']),
  plant('bare', [], []),
  plant('q', ['a'], ['b', 'c', 'd', 'e', 'f']),
]

/** `plant/line/device` of all devices, and `plant/line` of all lines without repeats. */
function namesIn(plants: readonly PlantNode[]) {
  const lines = plants.flatMap(({ id, lines }) =>
    lines.map((line) => ({ id: `${id}/${line.id}`, devices: line.devices })),
  )
  return {
    plants: [...new Set(plants.map(({ id }) => id))],
    lines: [...new Set(lines.map(({ id }) => id))],
    devices: lines.flatMap(({ id, devices }) => devices.map((one) => `${id}/${one.id}`)),
  }
}

test.each([1, 2, 3, 4, 5, 7, 100])('pages of the tree of %i rows are the tree, each device once', (limit) => {
  const pages: PlantNode[] = []
  let cursor: string | undefined
  for (let asked = 0; asked < 100; asked++) {
    const { plants, next } = pageOfPlants(TREE, { limit, cursor })
    expect(plants.flatMap(({ lines }) => lines.flatMap(({ devices }) => devices)).length).toBeLessThanOrEqual(limit)
    pages.push(...plants)
    if (next === null) break
    cursor = next
  }
  expect(namesIn(pages)).toEqual(namesIn(TREE))
})

test('without a limit the tree comes whole', () => {
  expect(pageOfPlants(TREE, {})).toEqual({ plants: TREE, next: null })
})

test('a page of a list goes on where the one before ended', () => {
  const all = ['a', 'b', 'c', 'd', 'e']
  const first = pageOfList(all, { limit: 2 })
  expect(first.items).toEqual(['a', 'b'])
  const second = pageOfList([...all, 'new'], { limit: 4, cursor: first.next! })
  expect(second).toEqual({ items: ['c', 'd', 'e', 'new'], next: null })
  expect(pageOfList(all, {})).toEqual({ items: all, next: null })
})

test('a cursor of another list is refused', () => {
  const foreign = Buffer.from('x-1').toString('base64url')
  expect(() => pageOfPlants(TREE, { cursor: foreign })).toThrow(/cursor/)
  expect(() => pageOfList([], { cursor: foreign })).toThrow(/cursor/)
})
