import type { LineNode, PlantNode } from '../base/wire.js'
import { cursorOf, positionIn } from './cursor.js'
import { parameterFault } from './parameters.js'

/**
 * Rows of an answer that had no pages once, when nobody asks for some: more than any plant has that people have
 * configured, and what a flood of names can make stays below what an answer can hold.
 */
export const WHOLE_MAX = 50_000

interface Asked {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** A page of a list that only grows at its end. Throws the 400 for a foreign cursor. */
export function pageOfList<T>(all: readonly T[], { cursor, limit = WHOLE_MAX }: Asked) {
  const from = cursor === undefined ? 0 : Number(positionIn(cursor))
  if (!Number.isSafeInteger(from) || from < 0) throw parameterFault('cursor', cursor)
  const items = all.slice(from, from + limit)
  return { items, next: from + limit < all.length ? cursorOf(from + limit) : null }
}

/**
 * A page of the tree: so many devices, with the plants and lines that they stand in; a plant or line that is divided
 * between two pages stands in both. Throws the 400 for a foreign cursor.
 */
export function pageOfPlants(all: readonly PlantNode[], { cursor, limit = WHOLE_MAX }: Asked) {
  const place = cursor === undefined ? null : placeIn(cursor)
  const first = place === null ? 0 : all.findIndex(({ id }) => id === place.plant)
  let left = limit
  const plants: PlantNode[] = []
  for (const plant of first < 0 ? [] : all.slice(first)) {
    if (left <= 0) return { plants, next: cursorOf(`${plant.id}/0/0`) }
    const lines: LineNode[] = []
    const [l, d] = plants.length === 0 && place !== null ? [place.line, place.device] : [0, 0]
    // A plant counts as well: one without devices is a row too.
    left--
    for (let at = l; at < plant.lines.length; at++) {
      const line = plant.lines[at]!
      const from = at === l ? d : 0
      const devices = line.devices.slice(from, from + Math.max(left, 1))
      left -= devices.length
      lines.push({ ...line, devices })
      const isLast = from + devices.length >= line.devices.length
      if (isLast && (left > 0 || at + 1 === plant.lines.length)) continue
      const next = isLast ? [at + 1, 0] : [at, from + devices.length]
      plants.push({ ...plant, lines })
      return { plants, next: cursorOf(`${plant.id}/${next.join('/')}`) }
    }
    plants.push({ ...plant, lines })
  }
  return { plants, next: null }
}

/** Place where a page of the tree begins: lines and devices of a plant are counted in their order, in which they come to be known. */
function placeIn(cursor: string): { readonly plant: string; readonly line: number; readonly device: number } {
  const [, plant, line, device] = /^([^/]+)\/(\d{1,9})\/(\d{1,9})$/.exec(positionIn(cursor) ?? '') ?? []
  if (plant === undefined) throw parameterFault('cursor', cursor)
  return { plant, line: Number(line), device: Number(device) }
}
